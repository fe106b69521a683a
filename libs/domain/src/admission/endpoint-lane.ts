import type { RateLimit } from '@postel/contracts';
import type { AttemptEnd } from './admission-item.js';
import { DeferredLine } from './deferred-line.js';
import { ExpectedPutBacks } from './expected-put-backs.js';
import { ItemQueue } from './item-queue.js';
import { RateWindow } from './rate-window.js';
import { Ring, type RingNode } from './ring.js';

export interface EndpointLimits {
  /** Attempts at once. */
  readonly maxInFlight: number;
  /** `null`: none. */
  readonly rateLimit: RateLimit | null;
  /**
   * Nobody else can have started attempts within the last `perSeconds` (it was created since). Without it an endpoint
   * with a rate that is seen for the first time starts nothing for one window: its owner before may just have used
   * it up.
   */
  readonly fresh?: boolean;
}

/** Assumed until the first answer. */
const firstLatencyMs = 10;
const latencyWeight = 1 / 8;
/** A wait for places is no longer than that: it is an estimate. */
const longestBusyMs = 1_000;
/** So fast that it makes no difference any more; keeps divisions finite. */
const shortestLatencyMs = 0.1;
/** An attempt that failed after that long has held its place for nothing. */
const slowFailureMs = 1_000;
/** Of its places, what an endpoint has that hangs: 1/4. */
const placesOfHangingShift = 2;

/** What one tenant has in flight, and its endpoints that wait for places. */
export class TenantShare<Item> implements RingNode<TenantShare<Item>> {
  next: TenantShare<Item> | null = null;
  previous: TenantShare<Item> | null = null;
  inFlight = 0;
  /** Endpoints that are known here. */
  lanes = 0;
  /** Endpoints with something queued that neither their own cap nor their rate holds back. */
  readonly ready = new Ring<EndpointLane<Item>>();
  /** Those of them that are proven. */
  readyProven = 0;

  constructor(readonly tenant: string) {}
}

/** What is known here of one endpoint. */
export class EndpointLane<Item> implements RingNode<EndpointLane<Item>> {
  next: EndpointLane<Item> | null = null;
  previous: EndpointLane<Item> | null = null;
  readonly queue = new ItemQueue<Item>();
  line = new DeferredLine();
  expected = new ExpectedPutBacks();
  inFlight = 0;
  /** Attempts that its owners before have not ended yet. */
  elsewhere = 0;
  /** Its last finished attempt succeeded. */
  proven = false;
  /** Started since the last answer. */
  unanswered = 0;
  /** Its rate allows nothing now; asked again when one of its attempts ends, and in each sweep. */
  isOutOfTokens = false;
  rate: RateWindow | null = null;
  maxInFlight = 1;
  usedAtMs = 0;
  /** Of its items, those that are queued or in flight. */
  held = 0;
  /** Messages that stood behind the last one that came. */
  behind = 0;
  private limits: EndpointLimits | null = null;
  private latencyMs = 0;
  /** What ended last failed slowly. */
  private hangs = false;
  /** Since when nothing has been answered, though something is in flight. */
  private quietSinceMs = 0;

  constructor(
    readonly endpointId: string,
    readonly share: TenantShare<Item>,
    readonly partition: number,
  ) {}

  /** Attempts under way, whoever makes them. */
  get open(): number {
    return this.inFlight + this.elsewhere;
  }

  get isActive(): boolean {
    return this.open > 0 || this.queue.size > 0 || this.expected.isAny;
  }

  /**
   * What it may have in flight: its `maxInFlight`, and while it hangs a quarter of that, at least one. That is enough to
   * see it answer again; with the first answer it has all.
   */
  get places(): number {
    return this.hangs ? this.fewPlaces : this.maxInFlight;
  }

  get fewPlaces(): number {
    return Math.max(1, this.maxInFlight >> placesOfHangingShift);
  }

  /** Nothing is known of it: no attempt has ended yet. */
  get isNew(): boolean {
    return this.latencyMs === 0;
  }

  /** @returns whether anything changed */
  setLimits(limits: EndpointLimits, nowMs: number): boolean {
    if (limits === this.limits) return false;
    const before = this.limits;
    this.limits = limits;
    this.maxInFlight = limits.maxInFlight;
    this.setRate(limits, before, nowMs);
    return true;
  }

  /** Another owner may have it from now on: what is known of its rate no longer holds. */
  forgetLimits(): void {
    this.limits = null;
    this.rate = null;
  }

  /** Forgets what it knows with a time. What its rate allows may just have been used up. */
  clockWasSetBack(nowMs: number): void {
    this.line = new DeferredLine();
    this.expected = new ExpectedPutBacks();
    this.quietSinceMs = nowMs;
    this.usedAtMs = nowMs;
    if (!this.limits?.rateLimit) return;
    this.rate = new RateWindow(this.limits.rateLimit);
    this.rate.useUp(nowMs);
  }

  started(nowMs: number): void {
    if (this.inFlight === 0) this.quietSinceMs = nowMs;
    this.inFlight += 1;
    this.unanswered += 1;
    this.rate?.take(nowMs);
  }

  /** @param end `null`: there was no attempt after all */
  ended(end: AttemptEnd | null, nowMs: number): void {
    this.inFlight -= 1;
    this.isOutOfTokens = false;
    if (end === null) {
      this.unanswered = Math.min(this.unanswered, this.inFlight);
      return;
    }
    const { durationMs, ok } = end;
    if (ok) this.hangs = false;
    else if (durationMs >= slowFailureMs) this.hangs = true;
    this.unanswered = 0;
    this.quietSinceMs = nowMs;
    this.latencyMs =
      this.latencyMs === 0 ? durationMs : this.latencyMs + (durationMs - this.latencyMs) * latencyWeight;
    if (this.latencyMs < shortestLatencyMs) this.latencyMs = shortestLatencyMs;
  }

  /**
   * How long an attempt takes, on average, and no less than the endpoint has been silent with something in flight: one
   * that hangs is recognised within moments, and one slow answer among fast ones changes little.
   */
  expectedLatencyMs(nowMs: number): number {
    const latencyMs = this.latencyMs === 0 ? firstLatencyMs : this.latencyMs;
    return this.inFlight === 0 ? latencyMs : Math.max(latencyMs, nowMs - this.quietSinceMs);
  }

  /**
   * When the turn of one more comes, behind what is queued here and what waits elsewhere already; this one counts among
   * the latter from now on.
   * @param cap what it may have in flight as things stand
   * @param inFront it stood in line before, and was unlucky
   */
  dueAtMs(cap: number, inFront: boolean, nowMs: number): number {
    const { line, queue, rate } = this;
    const latencyMs = this.expectedLatencyMs(nowMs);
    const spacingMs = latencyMs / cap;
    const placeMs = nowMs + Math.min(queue.size * spacingMs, longestBusyMs);
    if (!rate) return line.join({ nowMs, earliestMs: placeMs, spacingMs, latencyMs });
    const earliestMs = Math.max(rate.whenFree(queue.size + 1, nowMs), placeMs);
    if (inFront) return line.joinInFront(earliestMs, nowMs);
    return line.joinAtRate({ nowMs, earliestMs, spacingMs: rate.spacingMs });
  }

  isReady(): boolean {
    return this.queue.size > 0 && this.open < this.places && !this.isOutOfTokens;
  }

  /** Nothing of it is here, and nothing is known that would be missed. */
  isIdle(nowMs: number): boolean {
    return (
      this.inFlight === 0 &&
      this.queue.size === 0 &&
      this.rate === null &&
      this.line.outstanding(nowMs) === 0 &&
      this.expected.count(nowMs) === 0
    );
  }

  private setRate(limits: EndpointLimits, before: EndpointLimits | null, nowMs: number): void {
    const { rateLimit } = limits;
    const old = before?.rateLimit;
    if (rateLimit === null) {
      this.rate = null;
    } else if (this.rate) {
      if (old?.max !== rateLimit.max || old.perSeconds !== rateLimit.perSeconds)
        this.rate = this.rate.withLimit(rateLimit);
    } else {
      this.rate = new RateWindow(rateLimit);
      if (!before && !limits.fresh) this.rate.useUp(nowMs);
    }
    this.isOutOfTokens = false;
  }
}
