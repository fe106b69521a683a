/** A first attempt of live traffic, as the log tells it. */
export interface LiveAttempt {
  readonly startedAtMs: number;
  /** From the acceptance of its event. */
  readonly waitedMs: number;
}

export interface BulkPaceOptions {
  readonly nowMs: () => number;
}

/** Deliveries a second. */
const limits = { first: 20, least: 10, most: 2_000 };
/** So much is made ahead: as little as keeps it even, so that a new pace is soon in force. */
const aheadMs = 2_000;
/** No page is of less: it costs queries and commits, however small it is. */
const leastPageMs = 1_000;
const largestPage = 500;
/** What is due at about the same time is due together: to put one back costs as much as some. Few, or they are a burst. */
const together = { most: 4, withinMs: 500 };
/** A pause in which live traffic is undisturbed, and how often there is one. */
const pauseMs = 1_000;
const pauseEveryMs = 15_000;
/** Into a pause what was due before it is still under way. */
const settlesMs = 200;
const judgeEveryMs = 1_000;
/** Attempts that say something. */
const enough = 20;
/** Of the pauses whose attempts are remembered. */
const pausesKept = 3;
/**
 * What live traffic may wait longer: a third of a tenth, and what a timer tells apart. With half of a tenth the longest
 * of a hundred waited a fifth longer in the end, for this is seen late and by chance.
 */
const tolerated = { ratio: 1.03, medianMs: 0.15, tailMs: 0.3 };
/**
 * Beside live traffic it grows by a fiftieth more with each second in a row in which nothing waited longer, up to a
 * tenth: with a tenth at once it would grow at every other second that looks well by chance, and stay above what is tolerated.
 */
const growth = { eachInARow: 0.02, most: 0.1, alone: 1.5, step: 1, mostSlowDown: 0.5 };
/**
 * The longest of a hundred: what comes in bursts, a page a second, takes only few of them. Of some seconds together, for
 * those of one alone say little; and not the three longest, which are chance.
 */
const tail = { quantile: 0.99, without: 3, seconds: 4 };
/** Live traffic that pauses for some seconds is not over. */
const aloneAfter = 3;

interface Pause {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly waits: number[];
}

/**
 * How fast work in bulk goes beside live traffic: as fast as it does not make that wait. Told by delay, as LEDBAT does
 * it for downloads in the background (RFC 6817): what live deliveries wait in a short pause of the bulk work is the
 * measure of what they wait beside it. Where nothing live is delivered it goes at the most.
 *
 *   pause (measuring what is undisturbed) ──▶ 15 s of work ──▶ pause …
 *                                               ╰─ each second: live waits longer ──▶ slower by as much, at most by half
 *                                                               otherwise ──▶ faster, the longer it goes well the more
 */
export class BulkPace {
  private perSecond = limits.first;
  /** When the next may be due. */
  private nextDueMs = 0;
  private nextPauseMs = 0;
  private lastPause: Pause = { fromMs: 0, untilMs: 0, waits: [] };
  /** Of the latest pauses that say something, the last first. */
  private undisturbed: readonly (readonly number[])[] = [];
  private beside: number[] = [];
  /** Of the latest seconds since it last became slower, the last first. */
  private lately: readonly (readonly number[])[] = [];
  private judgedAtMs = 0;
  /** Seconds in which nothing waited longer. */
  private wellInARow = 0;
  /** Seconds in which nothing live was delivered. */
  private aloneInARow = 0;

  constructor(private readonly options: BulkPaceOptions) {}

  /** Deliveries a second, now. */
  get rate(): number {
    return this.perSecond;
  }

  observe({ startedAtMs, waitedMs }: LiveAttempt): void {
    const { fromMs, untilMs, waits } = this.lastPause;
    if (startedAtMs >= fromMs && startedAtMs < untilMs) waits.push(waitedMs);
    else if (startedAtMs >= this.judgedAtMs) this.beside.push(waitedMs);
  }

  /** How many may be made now; 0: none yet, ask again in a moment. */
  room(): number {
    const nowMs = this.options.nowMs();
    if (nowMs - this.judgedAtMs >= judgeEveryMs) this.judge(nowMs);
    const first = Math.max(this.nextDueMs, nowMs);
    const room = Math.floor((this.perSecond * (nowMs + aheadMs - first)) / 1_000);
    return room < Math.min((this.perSecond * leastPageMs) / 1_000, largestPage)
      ? 0
      : Math.min(room, largestPage);
  }

  /** When each of so many is due, the first first. */
  dueTimes(count: number): readonly number[] {
    const nowMs = this.options.nowMs();
    const stepMs = Math.min(together.withinMs, (together.most * 1_000) / this.perSecond);
    return Array.from({ length: count }, () => {
      this.nextDueMs = Math.max(this.nextDueMs, nowMs);
      if (this.nextDueMs >= this.nextPauseMs) this.pause(nowMs);
      const dueAtMs = Math.floor(Math.ceil(this.nextDueMs / stepMs) * stepMs);
      this.nextDueMs += 1_000 / this.perSecond;
      return dueAtMs;
    });
  }

  private pause(nowMs: number): void {
    this.undisturbed = this.known();
    const untilMs = this.nextDueMs + pauseMs;
    // with nothing due since, nothing has to settle
    const fromMs = this.nextDueMs <= nowMs ? this.nextDueMs : this.nextDueMs + settlesMs;
    this.lastPause = { fromMs, untilMs, waits: [] };
    this.nextDueMs = untilMs;
    this.nextPauseMs = untilMs + pauseEveryMs;
  }

  private known(): readonly (readonly number[])[] {
    const { waits } = this.lastPause;
    return waits.length < enough ? this.undisturbed : [waits, ...this.undisturbed].slice(0, pausesKept);
  }

  private judge(nowMs: number): void {
    const sinceMs = this.judgedAtMs;
    this.judgedAtMs = nowMs;
    const waits = this.beside;
    this.beside = [];
    // of the first moment, and of a second with a pause in it, nothing can be said
    if (sinceMs === 0 || this.lastPause.untilMs > sinceMs) return;
    const undisturbed = this.known().flat();
    this.aloneInARow = waits.length === 0 ? this.aloneInARow + 1 : 0;
    if (this.aloneInARow > aloneAfter) return this.go(this.perSecond * growth.alone);
    if (waits.length === 0) return;
    if (waits.length < enough) return this.goFaster();
    if (undisturbed.length === 0) return void (this.nextPauseMs = nowMs); // it began to be live: look at it alone
    this.lately = [waits, ...this.lately].slice(0, tail.seconds);
    const excess = excessOf(waits, this.lately.flat(), undisturbed);
    if (excess <= 1) return this.goFaster();
    this.wellInARow = 0;
    this.lately = [];
    this.go(this.perSecond * Math.max(1 / excess, growth.mostSlowDown));
  }

  private goFaster(): void {
    this.wellInARow += 1;
    const by = Math.min(growth.eachInARow * this.wellInARow, growth.most);
    this.go(this.perSecond * (1 + by) + growth.step);
  }

  private go(perSecond: number): void {
    this.perSecond = Math.min(Math.max(perSecond, limits.least), limits.most);
  }
}

/** How much longer they wait than is tolerated, as a ratio. */
function excessOf(
  waits: readonly number[],
  lately: readonly number[],
  undisturbed: readonly number[],
): number {
  const [now, some, before] = [inOrder(waits), inOrder(lately), inOrder(undisturbed)];
  // nothing waits less than nothing: the broker's clock is ahead of the deliverer's
  const aheadMs = Math.max(0, -(some[0] ?? 0), -(before[0] ?? 0));
  const excess = (of: readonly number[], quantile: number, toleratedMs: number) =>
    (at(of, quantile) + aheadMs) / ((at(before, quantile) + aheadMs) * tolerated.ratio + toleratedMs);
  const last = Math.min(tail.quantile, 1 - tail.without / Math.min(some.length, before.length));
  return Math.max(excess(now, 0.5, tolerated.medianMs), excess(some, last, tolerated.tailMs));
}

const inOrder = (values: readonly number[]) => values.toSorted((a, b) => a - b);

function at(sorted: readonly number[], quantile: number): number {
  return sorted[Math.min(Math.floor(sorted.length * quantile), sorted.length - 1)] ?? NaN;
}
