import { setTimeout as delay } from 'node:timers/promises';
import { LastingTrouble } from './lasting-trouble.js';
import type { Logger } from './logger.js';

export interface UpkeepOptions {
  /** Between the end of one round and the next. */
  readonly everyMs: number;
  /** One round; it may end early when the signal says so. */
  readonly work: (stopped: AbortSignal) => Promise<void>;
  /** What is said when rounds have failed for a while. */
  readonly trouble: string;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

/** A round that failed is not waited for any longer, however rare it is. */
const tryAgainAfterMs = 30_000;

/**
 * Work that a service does again and again beside its own, from its start to its end. A round that fails is tried again
 * like any other; that is told once it has lasted, and once.
 */
export class Upkeep {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: UpkeepOptions) {}

  start(): void {
    this.running = this.workForEver();
  }

  /** Resolves when the round that was under way has ended. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async workForEver(): Promise<void> {
    const { everyMs, logger, nowMs, trouble, work } = this.options;
    const { signal } = this.stopped;
    // what comes rarely has no time to last
    const lasting = new LastingTrouble(nowMs, everyMs < tryAgainAfterMs ? undefined : 0);
    while (!signal.aborted) {
      let waitMs = everyMs;
      try {
        await work(signal);
        lasting.passed();
      } catch (error) {
        if (lasting.again()) logger.warn({ err: error }, trouble);
        waitMs = Math.min(everyMs, tryAgainAfterMs);
      }
      await delay(waitMs, undefined, { signal }).catch(() => undefined); // stopped: no need to wait
    }
  }
}
