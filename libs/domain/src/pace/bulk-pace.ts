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
/**
 * A page costs queries and commits, however small it is: live deliveries of a twentieth of a second wait longer for it. So
 * it is of at least so many deliveries, and of so much time.
 */
const leastPage = { deliveries: 50, ms: 1_000 };
/** More than a page is made ahead by so much: as little as keeps it even, so that a new pace is soon in force. */
const furtherAheadMs = 1_000;
const largestPage = 500;
/** What is due at about the same time is due together: to put one back costs as much as some. Few, or they are a burst. */
const together = { most: 4, withinMs: 500 };
/** A pause in which live traffic is undisturbed, and how often there is one; more often until that is known. */
const pauseMs = 1_000;
const pauseEveryMs = { first: 4_000, then: 15_000 };
/** Into a pause what was due before it is still under way. */
const settlesMs = 200;
const judgeEveryMs = 1_000;
/** Attempts that say something. */
const enough = 20;
/** Pauses whose attempts are remembered; with fewer than the first few it is chance what undisturbed ones wait. */
const pausesKept = { most: 7, first: 3 };
/** Of what is remembered of one, the last. */
const attemptsKept = 1_000;
/** So many seconds beside bulk work are looked at together, and at least so many. */
const secondsKept = { most: 4, least: 2 };
/**
 * What live traffic may wait longer. The longest of ten tell within some hundredths what they wait, and wait longer by
 * about half as much as the longest of a hundred, which may wait a tenth longer.
 */
const tolerated: readonly Tolerance[] = [
  { quantile: 0.5, ratio: 1.015, ms: 0.05 },
  { quantile: 0.9, ratio: 1.02, ms: 0.05 },
  // what comes in bursts, a page a second, takes only few of them
  { quantile: 0.99, ratio: 1.08, ms: 0.3 },
];
/**
 * Beside live traffic it grows by a hundredth more with each second in a row in which nothing waited longer, up to a
 * tenth: with a tenth at once it would grow at every other second that looks well by chance, and stay above what is tolerated.
 */
const growth = { eachInARow: 0.01, most: 0.1, alone: 1.5, step: 0.2, mostSlowDown: 0.5 };
/** Live traffic that pauses for some seconds is not over. */
const aloneAfter = 3;

interface Tolerance {
  readonly quantile: number;
  readonly ratio: number;
  readonly ms: number;
}

interface Pause {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Of live attempts in it. */
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
 *   alone (nothing live for some seconds) ──live begins──▶ as slow as at first, and looked at anew
 */
export class BulkPace {
  private perSecond = limits.first;
  /** When the next may be due. */
  private nextDueMs = 0;
  private nextPauseMs = 0;
  private firstPauses = pausesKept.first;
  private lastPause: Pause = { fromMs: 0, untilMs: 0, waits: [] };
  /** Of live attempts after all that is due: nobody asks for more. */
  private idle: number[] = [];
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
    else if (startedAtMs >= this.nextDueMs + settlesMs) this.idle.push(waitedMs);
    else if (startedAtMs >= this.judgedAtMs) this.beside.push(waitedMs);
    if (this.idle.length > 2 * attemptsKept) this.idle.splice(0, attemptsKept);
  }

  /** How many may be made now; 0: none yet, ask again in a moment. */
  room(): number {
    const nowMs = this.options.nowMs();
    if (nowMs - this.judgedAtMs >= judgeEveryMs) this.judge(nowMs);
    const first = Math.max(this.nextDueMs, nowMs);
    const page = Math.max(leastPage.deliveries, (this.perSecond * leastPage.ms) / 1_000);
    const aheadMs = (page * 1_000) / this.perSecond + furtherAheadMs;
    const room = Math.floor((this.perSecond * (nowMs + aheadMs - first)) / 1_000);
    return room < Math.min(page, largestPage) ? 0 : Math.min(room, largestPage);
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
    this.remember(this.lastPause.waits);
    const untilMs = this.nextDueMs + pauseMs;
    // with nothing due since, nothing has to settle
    const fromMs = this.nextDueMs <= nowMs ? this.nextDueMs : this.nextDueMs + settlesMs;
    this.lastPause = { fromMs, untilMs, waits: [] };
    this.nextDueMs = untilMs;
    this.nextPauseMs = untilMs + (this.firstPauses > 0 ? pauseEveryMs.first : pauseEveryMs.then);
    this.firstPauses -= 1;
  }

  private remember(waits: readonly number[]): void {
    if (waits.length < enough) return;
    this.undisturbed = [waits.slice(-attemptsKept), ...this.undisturbed].slice(0, pausesKept.most);
  }

  private judge(nowMs: number): void {
    const sinceMs = this.judgedAtMs;
    this.judgedAtMs = nowMs;
    const waits = this.beside;
    this.beside = [];
    this.remember(this.idle);
    this.idle = [];
    // of the first moment, of a second with a pause in it, and where nobody asked for long, nothing can be said
    const isAsked = nowMs - sinceMs < 2 * judgeEveryMs;
    if (!isAsked) this.lately = [];
    if (!isAsked || this.lastPause.untilMs > sinceMs) return;
    const undisturbed = [this.lastPause.waits, ...this.undisturbed].filter(({ length }) => length >= enough);
    const wasAlone = this.aloneInARow > aloneAfter;
    this.aloneInARow = waits.length === 0 ? this.aloneInARow + 1 : 0;
    if (this.aloneInARow > aloneAfter) return this.go(this.perSecond * growth.alone);
    if (waits.length === 0) return;
    if (waits.length < enough) return this.goFaster();
    if (wasAlone || undisturbed.length === 0) return this.lookAtLive(nowMs);
    this.lately = [waits, ...this.lately].slice(0, secondsKept.most);
    if (this.lately.length < secondsKept.least) return;
    const excess = excessOf(this.lately, undisturbed);
    if (excess <= 1) return this.goFaster();
    this.wellInARow = 0;
    this.lately = [];
    this.go(this.perSecond * Math.max(1 / excess, growth.mostSlowDown));
  }

  /** It began to be live: it makes way, and looks at that alone. */
  private lookAtLive(nowMs: number): void {
    this.go(Math.min(this.perSecond, limits.first));
    this.nextPauseMs = nowMs;
    this.firstPauses = pausesKept.first;
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

/**
 * How much longer they wait than is tolerated, as a ratio. Of the seconds, and of the pauses, the median: one may have been
 * a bad moment. (A collection of garbage makes thirty deliveries late, every ten seconds or so.)
 */
function excessOf(seconds: readonly (readonly number[])[], pauses: readonly (readonly number[])[]): number {
  const [beside, undisturbed] = [seconds.map(inOrder), pauses.map(inOrder)];
  // nothing waits less than nothing: the broker's clock is ahead of the deliverer's
  const aheadMs = Math.max(0, ...[...beside, ...undisturbed].map(([least = 0]) => -least));
  const excesses = tolerated.map(({ quantile, ratio, ms }) => {
    const usual = (of: readonly (readonly number[])[]) =>
      lowerMedian(of.map((waits) => at(waits, quantile))) + aheadMs;
    return usual(beside) / (usual(undisturbed) * ratio + ms);
  });
  return Math.max(...excesses);
}

const inOrder = (values: readonly number[]) => values.toSorted((a, b) => a - b);
const lowerMedian = (values: readonly number[]) =>
  inOrder(values)[Math.floor((values.length - 1) / 2)] ?? NaN;

/**
 * Times are told in whole milliseconds, and a tenth of what most wait is less than one: those of the same millisecond are
 * taken as spread over it evenly.
 */
function at(sorted: readonly number[], quantile: number): number {
  const rank = sorted.length * quantile;
  const value = sorted[Math.min(Math.floor(rank), sorted.length - 1)] ?? NaN;
  const below = sorted.indexOf(value);
  const same = sorted.lastIndexOf(value) + 1 - below;
  return value + (rank - below) / same;
}
