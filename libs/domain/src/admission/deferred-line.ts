const shortestMs = 100;
/**
 * Where no rate is to be kept: then the room that the endpoint has brings them back, and not the time. One that takes
 * long to answer, or hangs, is looked at again after half of that: each look that is in vain costs a row and a passage.
 */
const longest = { leastMs: 1_000, mostMs: 5_000, ofLatency: 1 / 2 };
/** What has not come back so long after the last was due is taken for lost. */
const lostAfterMs = 60_000;
/** What is due may be late by so much before the line counts as dissolved: the figure below is an estimate. */
const graceMs = 10_000;

export interface PlaceInLine {
  readonly nowMs: number;
  /** When its turn would come if nobody stood in line. */
  readonly earliestMs: number;
  /** From one to the next. */
  readonly spacingMs: number;
  /** Of an attempt. */
  readonly latencyMs: number;
}

/**
 * The deliveries of one endpoint that wait elsewhere (in the waiting room) for their turn, as a count and the time when
 * the last of them is due. Both are estimates: what is lost or put back by another process is never reported back, so
 * neither may hold anything up for ever.
 */
export class DeferredLine {
  private count = 0;
  private endMs = 0;
  private lastDueAtMs = 0;

  /** Behind all others, as fast as the endpoint takes them now; @returns when it is due, in 0.1 to 1 s, to 5 where it hangs */
  join({ nowMs, earliestMs, spacingMs, latencyMs }: PlaceInLine): number {
    const headMs = Math.max(earliestMs, nowMs + shortestMs - spacingMs);
    // an endpoint that has become faster works the line off sooner than was thought
    const tailMs = Math.min(this.endMs, headMs + this.outstanding(nowMs) * spacingMs);
    this.endMs = Math.max(headMs, tailMs) + spacingMs;
    const longestMs = Math.min(Math.max(longest.leastMs, latencyMs * longest.ofLatency), longest.mostMs);
    return this.add(Math.min(this.endMs, nowMs + longestMs), nowMs);
  }

  /**
   * Behind all others at a fixed rate; @returns when its token is there, however late that is. The end of the line is
   * not moved up to now, so that a line of lost ones falls behind the clock and dissolves.
   */
  joinAtRate({ nowMs, earliestMs, spacingMs }: Omit<PlaceInLine, 'latencyMs'>): number {
    const tokenMs = earliestMs > nowMs ? earliestMs : 0;
    const lineMs = this.isAhead(nowMs) ? this.endMs : nowMs - spacingMs;
    this.endMs = Math.max(tokenMs, lineMs + spacingMs);
    return this.add(this.endMs, nowMs);
  }

  /** In front of all others: it has come to its turn once already. */
  joinInFront(earliestMs: number, nowMs: number): number {
    this.endMs = Math.max(this.endMs, earliestMs);
    return this.add(earliestMs, nowMs);
  }

  returned(): void {
    if (this.count > 0) this.count -= 1;
  }

  /** Whether newcomers to a limited rate have to stand in line. */
  isAhead(nowMs: number): boolean {
    return this.count > 0 && nowMs < this.endMs + graceMs;
  }

  outstanding(nowMs: number): number {
    if (nowMs > this.lastDueAtMs + lostAfterMs) this.count = 0;
    return this.count;
  }

  private add(dueAtMs: number, nowMs: number): number {
    this.count += 1;
    const atMs = Math.ceil(Math.max(dueAtMs, nowMs + shortestMs));
    this.lastDueAtMs = Math.max(this.lastDueAtMs, atMs);
    return atMs;
  }
}
