import { setTimeout as delay } from 'node:timers/promises';
import { LastingTrouble } from './lasting-trouble.js';
import { componentLogger, type Logger } from './logger.js';

export interface UpkeepOptions {
  /** Of this work in the log. */
  readonly name: string;
  /** Between the end of one round and the next. */
  readonly everyMs: number;
  /** One round; it may end early when the signal says so. */
  readonly work: (stopped: AbortSignal) => Promise<void>;
  /** What is said when rounds have failed for a while. */
  readonly trouble: string;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

/** A round that failed comes again that soon, however rare it is; then after twice as long each time, up to the last. */
const tryAgainAfterMs = { first: 1_000, last: 30_000 };

/**
 * Work that a service does again and again beside its own, from its start to its end. A round that fails is tried again
 * soon; that is told once it has lasted, and once. So a database that comes up beside the service is worth no line, and
 * what is to be done once an hour does not wait an hour for it.
 */
export class Upkeep {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  private readonly logger: Logger;

  constructor(private readonly options: UpkeepOptions) {
    this.logger = componentLogger(options.logger, 'upkeep');
  }

  start(): void {
    this.running = this.workForEver();
  }

  /** Resolves when the round that was under way has ended. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async workForEver(): Promise<void> {
    const { everyMs, name, nowMs, trouble, work } = this.options;
    const { signal } = this.stopped;
    const lasting = new LastingTrouble(nowMs);
    let againAfterMs = tryAgainAfterMs.first;
    while (!signal.aborted) {
      let waitMs = everyMs;
      const fromMs = nowMs();
      try {
        await work(signal);
        this.logger.debug({ work: name, durationMs: nowMs() - fromMs }, 'round');
        lasting.passed();
        againAfterMs = tryAgainAfterMs.first;
      } catch (error) {
        if (lasting.again()) this.logger.warn({ work: name, err: error }, trouble);
        waitMs = Math.min(everyMs, againAfterMs);
        againAfterMs = Math.min(againAfterMs * 2, tryAgainAfterMs.last);
      }
      await delay(waitMs, undefined, { signal }).catch(() => undefined); // stopped: no need to wait
    }
  }
}
