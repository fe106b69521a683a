import type { RateLimit } from '@postel/contracts';

/** A takeover may stop an endpoint for so long. */
const strictUpToMs = 10_000;

/** Up to this many starts are remembered one by one. */
const exactUpTo = 1_000;
/** Beyond it, the starts within this part of the window are remembered as one, at the time of its last. */
const granules = 64;

/**
 * At most `max` starts within any window of `perSeconds`, the window taken as [t, t + perSeconds). It slides: each start
 * gives its place back exactly one window later. (A token bucket with the burst `max` would let through nearly twice
 * `max` in one window.)
 *
 * Memory: starts of one millisecond share an entry; up to 1,000 per window that is exact. A larger `max` is remembered
 * in 64ths of the window, each counted as long as its last start: never too many, at most a 64th too few; 65 entries.
 */
export class RateWindow {
  /** Entries from `head` on, in order; what lies before has left the window. */
  private timesMs: number[] = [];
  private counts: number[] = [];
  private head = 0;
  private used = 0;
  private readonly windowMs: number;
  private readonly granuleMs: number;

  constructor(private readonly limit: RateLimit) {
    this.windowMs = limit.perSeconds * 1_000;
    this.granuleMs = limit.max <= exactUpTo ? 0 : this.windowMs / granules;
  }

  /** Between two starts, when they are spread evenly. */
  get spacingMs(): number {
    return this.windowMs / this.limit.max;
  }

  /** Starts that are allowed now. */
  free(nowMs: number): number {
    while (this.head < this.timesMs.length && (this.timesMs[this.head] ?? 0) + this.windowMs <= nowMs) {
      this.used -= this.counts[this.head] ?? 0;
      this.head += 1;
    }
    if (this.head > 32 && this.head * 2 > this.timesMs.length) this.compact();
    // fewer than none, after the limit was lowered
    return Math.max(0, this.limit.max - this.used);
  }

  /** Starts that will be allowed by then, if there are none until then. */
  freeBy(atMs: number): number {
    let used = this.used;
    for (let index = this.head; index < this.timesMs.length; index++) {
      if ((this.timesMs[index] ?? 0) + this.windowMs > atMs) break;
      used -= this.counts[index] ?? 0;
    }
    return Math.max(0, this.limit.max - used);
  }

  /** One start, which {@link free} has allowed. */
  take(nowMs: number): void {
    this.add(nowMs, 1);
  }

  /**
   * As another owner may have left it: everything that the window allows started right now, so that the limit holds
   * strictly. Of a long window that would be a long rest: there it is taken to have started evenly, and goes on so.
   */
  useUp(nowMs: number): void {
    const { max } = this.limit;
    if (this.windowMs <= strictUpToMs) return this.add(nowMs, max);
    const steps = Math.min(max, 64);
    for (let step = 1; step <= steps; step++) {
      const count = Math.floor((step * max) / steps) - Math.floor(((step - 1) * max) / steps);
      this.add(nowMs - this.windowMs + (step * this.windowMs) / steps, count);
    }
  }

  /** When the nth start from now is allowed, if each takes place as soon as it can; `nowMs` when it is now. */
  whenFree(nth: number, nowMs: number): number {
    const { max } = this.limit;
    const windows = Math.floor((nth - 1) / max);
    this.free(nowMs); // lets go of what has left the window
    let missing = nth - windows * max - (max - this.used);
    let atMs = nowMs;
    for (let index = this.head; missing > 0 && index < this.timesMs.length; index++) {
      missing -= this.counts[index] ?? 0;
      atMs = (this.timesMs[index] ?? 0) + this.windowMs;
    }
    return atMs + windows * this.windowMs;
  }

  /** The same past under another limit. */
  withLimit(limit: RateLimit): RateWindow {
    const next = new RateWindow(limit);
    for (let index = this.head; index < this.timesMs.length; index++)
      next.add(this.timesMs[index] ?? 0, this.counts[index] ?? 0);
    return next;
  }

  private add(nowMs: number, count: number): void {
    const last = this.timesMs.length - 1;
    const lastMs = last >= this.head ? (this.timesMs[last] ?? 0) : -Infinity;
    const atMs = Math.max(nowMs, lastMs); // a clock that was set back changes nothing
    this.used += count;
    if (atMs === lastMs || this.sharesGranule(atMs, lastMs)) {
      this.timesMs[last] = atMs;
      this.counts[last] = (this.counts[last] ?? 0) + count;
      return;
    }
    this.timesMs.push(atMs);
    this.counts.push(count);
  }

  private sharesGranule(atMs: number, lastMs: number): boolean {
    return this.granuleMs > 0 && Math.floor(atMs / this.granuleMs) === Math.floor(lastMs / this.granuleMs);
  }

  private compact(): void {
    this.timesMs = this.timesMs.slice(this.head);
    this.counts = this.counts.slice(this.head);
    this.head = 0;
  }
}
