import { firstSuccess, logFilter } from '@postel/contracts';
import type { BulkPace } from '@postel/domain';
import type { Broker } from './connect-broker.js';
import { followStream } from './follow-stream.js';
import type { IncomingMessage } from './incoming-message.js';
import { positionedFacts } from './positioned-facts.js';
import { lastSequenceOf } from './read-message.js';

export interface BesideLiveParts {
  readonly broker: Broker;
  readonly pace: Pick<BulkPace, 'observe' | 'room' | 'dueTimes'>;
  readonly onTrouble: (error: Error) => void;
}

/** How fast work in bulk may go. */
export interface BulkPacing {
  /** How many deliveries may be made now; 0: none yet. */
  room(): number;
  /** When each of so many is due, the first first. */
  dueTimes(count: number): readonly number[];
}

const listensForMs = 30_000;
const succeeded = logFilter(firstSuccess);

/**
 * The pace of work in bulk, by what live deliveries wait: their first attempts that succeed, read from the log, so that
 * it does not matter which process delivers. It is read only while there is work, and half a minute longer.
 */
export class BesideLive implements BulkPacing {
  private over: AbortController | null = null;
  private following: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: BesideLiveParts) {}

  room(): number {
    this.listen();
    return this.parts.pace.room();
  }

  dueTimes(count: number): readonly number[] {
    return this.parts.pace.dueTimes(count);
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.over?.abort();
    this.over = null;
    await this.following;
  }

  private listen(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.stop(), listensForMs);
    if (this.over) return;
    const over = new AbortController();
    this.over = over;
    this.following = this.follow(over.signal).catch((error: unknown) => {
      if (this.over === over) this.over = null; // who asks next begins again
      this.parts.onTrouble(error as Error);
    });
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { broker, onTrouble } = this.parts;
    await followStream(broker, {
      stream: 'LOG',
      filters: [succeeded],
      start: { after: await lastSequenceOf(broker, 'LOG', succeeded) },
      signal,
      onBatch: (batch) => Promise.resolve(this.observe(batch)),
      onTrouble,
    });
  }

  private observe(batch: readonly IncomingMessage[]): void {
    for (const { fact } of positionedFacts(batch)) {
      if (fact.fact !== 'delivery.succeeded') continue;
      const { startedAtMs } = fact.attempt;
      this.parts.pace.observe({ startedAtMs, waitedMs: startedAtMs - fact.acceptedAtMs });
    }
  }
}
