import type { ConsumerSpec } from '@postel/contracts';
import type { Broker } from './connect-broker.js';

interface Noted {
  readonly floor: number;
  /** When the durable was made, by the broker's clock. */
  readonly madeAtMs: number;
}

/**
 * How far a durable has had everything acknowledged, as it was when it was last asked: where one goes on that is made in
 * its place. What was acknowledged since is handed out again.
 */
export class KnownFloor {
  private noted: Noted | null = null;

  constructor(
    private readonly broker: Broker,
    private readonly spec: ConsumerSpec,
  ) {}

  /** @throws when the broker is away, or the durable */
  async note(): Promise<void> {
    const { stream, durable } = this.spec;
    const { ack_floor, created } = await this.broker.jsm.consumers.info(stream, durable);
    this.noted = { floor: ack_floor.stream_seq, madeAtMs: Date.parse(String(created)) };
  }

  /**
   * The first position that may not have been acknowledged.
   * @returns `null` when nothing is known of the durable, or when its stream is another by now
   * @throws when the broker is away, or the stream
   */
  async next(): Promise<number | null> {
    if (!this.noted) return null;
    const { created } = await this.broker.jsm.streams.info(this.spec.stream);
    return Date.parse(String(created)) > this.noted.madeAtMs ? null : this.noted.floor + 1;
  }
}
