import type { ConsumerSpec } from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { ensureConsumer, type BeginAt } from './ensure-consumer.js';
import type { HandOuts } from './hand-outs.js';
import { SharedRun } from './shared-run.js';

export interface KeptDurableOptions {
  /** Where it begins when there is none, and this process has not known it (with its stream). */
  readonly beginAt?: BeginAt | undefined;
  readonly handOuts?: HandOuts | undefined;
  readonly onTrouble: (message: string, error?: unknown) => void;
}

interface Floor {
  readonly acknowledgedTo: number;
  /** When the durable was made, by the broker's clock. */
  readonly madeAtMs: number;
}

/** How often it is asked how far all is acknowledged, while something is. */
const noteEveryMs = 5_000;

/**
 * The durable of a runner: made where it is missing, and made again where it goes missing, which a broker's lost disk does
 * or someone's mistake. It goes on where everything had been acknowledged when it was last asked; what was acknowledged
 * since is handed out again.
 */
export class KeptDurable {
  private floor: Floor | null = null;
  private hasSettled = false;
  private notedAtMs = 0;
  private readonly making = new SharedRun(() => this.make());
  private isTold = false;

  constructor(
    private readonly broker: Broker,
    private readonly spec: ConsumerSpec,
    private readonly options: KeptDurableOptions,
  ) {}

  /** @throws when the broker is away, or the stream */
  ensure(): Promise<void> {
    return this.making.ask();
  }

  /** As {@link ensure}; what it fails for is told once, until it does not fail. */
  async remake(): Promise<void> {
    try {
      await this.ensure();
      this.isTold = false;
    } catch (error) {
      if (this.isTold) return;
      this.isTold = true;
      this.options.onTrouble(`the consumer ${this.spec.durable} could not be made again`, error);
    }
  }

  /** Something of it was acknowledged. */
  settled(): void {
    this.hasSettled = true;
  }

  /** To be called now and then: asks how far all is acknowledged, where that may have changed. */
  note(): void {
    if (!this.hasSettled || Date.now() - this.notedAtMs < noteEveryMs) return;
    this.hasSettled = false;
    this.notedAtMs = Date.now();
    this.askForFloor().catch(() => undefined); // what was noted before holds
  }

  private async askForFloor(): Promise<void> {
    const { stream, durable } = this.spec;
    const { ack_floor, created } = await this.broker.jsm.consumers.info(stream, durable);
    this.floor = { acknowledgedTo: ack_floor.stream_seq, madeAtMs: Date.parse(String(created)) };
  }

  private async make(): Promise<void> {
    const { beginAt, handOuts } = this.options;
    const first = async () => (await this.firstNotAcknowledged()) ?? (await beginAt?.()) ?? 1;
    const wasMissing = await ensureConsumer(this.broker, this.spec, first);
    if (wasMissing) handOuts?.beganAnew();
  }

  /** @returns `null` when nothing is known of the durable, or when its stream is another by now */
  private async firstNotAcknowledged(): Promise<number | null> {
    if (!this.floor) return null;
    const { created } = await this.broker.jsm.streams.info(this.spec.stream);
    return Date.parse(String(created)) > this.floor.madeAtMs ? null : this.floor.acknowledgedTo + 1;
  }
}
