import type { Logger } from './logger.js';

export interface TallyOptions {
  readonly logger: Logger;
  /** What the line says. */
  readonly message: string;
  /** From the first unit of work to the line. */
  readonly everyMs?: number;
}

/**
 * One line a minute at `info` for work of which there are thousands a second: how many there were of each outcome, and of
 * those that took a time, how long. Nothing happened: no line. The outcomes are few and known; never an id.
 */
export class Tally {
  private readonly counts = new Map<string, number>();
  private timed = 0;
  private totalMs = 0;
  private maxMs = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: TallyOptions) {}

  /** @returns whether it is the first of its outcome since the last line: worth a line of its own where that is rare */
  count(outcome: string, durationMs?: number): boolean {
    const before = this.counts.get(outcome) ?? 0;
    this.counts.set(outcome, before + 1);
    if (durationMs !== undefined) this.time(durationMs);
    // the process may end meanwhile: whoever stops it tells the rest
    this.timer ??= setTimeout(() => this.tell(), this.options.everyMs ?? 60_000).unref();
    return before === 0;
  }

  /** What has come together, now. */
  tell(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.counts.size === 0) return;
    const outcomes = Object.fromEntries(this.counts);
    const total = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    const { maxMs, timed, totalMs } = this;
    const took = timed > 0 ? { meanMs: tenths(totalMs / timed), maxMs: tenths(maxMs) } : {};
    this.options.logger.info({ total, outcomes, ...took }, this.options.message);
    this.counts.clear();
    this.timed = 0;
    this.totalMs = 0;
    this.maxMs = 0;
  }

  private time(durationMs: number): void {
    this.timed += 1;
    this.totalMs += durationMs;
    if (durationMs > this.maxMs) this.maxMs = durationMs;
  }
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
