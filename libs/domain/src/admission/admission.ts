import type {
  AdmissionAnswer,
  AdmissionDeferral,
  AdmissionItem,
  AdmissionOptions,
  AdmittedEndpoint,
  AttemptEnd,
} from './admission-item.js';
import type { EndpointLane, EndpointLimits } from './endpoint-lane.js';
import { KnownEndpoints } from './known-endpoints.js';
import { Places } from './places.js';
import { QueueLimits } from './queue-limits.js';
import { Turns } from './turns.js';

/**
 * A sixteenth of the places, and at least so many, is what a saturated process works with: more attempts at once would
 * make each of them slower, and none of them earlier.
 */
const fewestPlaces = 64;
const longestQueuedMs = 1_000;
/** For a token of the rate limit one waits so long in memory. */
const longestTokenWaitMs = 500;
/** A time that is so much earlier than one before was not just read a moment ago. */
const setBackMs = 1_000;

/**
 * Who may attempt now, who waits a moment in memory, and who is deferred: in a deliverer the one place that counts
 * attempts per endpoint and per tenant. Single-threaded, without timers: `sweep` is to be called every 50 ms or so.
 *
 *     ask ──▶ start ──▶ (attempt) ──▶ finished ──▶ places for those whose turn it is
 *      ├────▶ queued ──▶ start()  in turn: tenants, their endpoints, each one's items in their order
 *      │        ├──────▶ defer()  in `sweep`: too long here, or beyond what its endpoint works off soon
 *      │        ╰──────▶ drained  paused, deleted, partition lost: handed back
 *      ╰────▶ defer               no room for it here, or its endpoint's rate is used up for longer
 *
 * Who may have a place: {@link Places}. In which turn: {@link Turns}. How many may wait: {@link QueueLimits}.
 */
export class Admission<Item extends AdmissionItem = AdmissionItem> {
  private readonly endpoints = new KnownEndpoints<Item>();
  /** Endpoints with something queued. */
  private readonly queuing = new Set<EndpointLane<Item>>();
  private readonly places: Places<Item>;
  private readonly turns: Turns<Item>;
  private readonly queueLimits: QueueLimits<Item>;
  private elsewhere: ReadonlyMap<string, number> = new Map();
  private latestMs = -Infinity;
  private isStarting = false;
  private startsAgain = false;

  constructor(private readonly options: AdmissionOptions) {
    this.places = new Places(options.total);
    this.turns = new Turns(this.places);
    this.queueLimits = new QueueLimits(options, this.places);
  }

  /** Attempts under way. */
  get inFlight(): number {
    return this.places.inUse;
  }

  /** Items that wait here or are in flight. */
  get held(): number {
    return this.queueLimits.held;
  }

  /** Endpoints of which something is in flight, queued, or on its way back. */
  *activeEndpointIds(): Generator<string> {
    for (const lane of this.endpoints.all()) if (lane.isActive) yield lane.endpointId;
  }

  /** Endpoints that something is remembered of. */
  get knownEndpoints(): number {
    return this.endpoints.size;
  }

  ask(item: Item, limits: EndpointLimits, nowMs: number): AdmissionAnswer {
    this.followClock(nowMs);
    const lane = this.laneOf(item, limits, nowMs);
    lane.behind = item.behind;
    if (lane.queue.size === 0 && this.hasToken(lane, item, nowMs) && this.places.mayStart(lane)) {
      this.places.take(lane);
      lane.started(nowMs);
      this.queueLimits.hold(lane, 1);
      return 'start';
    }
    return this.queueOrDefer(lane, item, nowMs);
  }

  /**
   * Frees the place of an item that was started.
   * @param end `null`: there was no attempt after all, which says nothing about the endpoint
   * @throws when its endpoint has nothing in flight: an item was finished twice
   */
  finished(item: Item, end: AttemptEnd | null, nowMs: number): void {
    const lane = this.endpoints.get(item.endpointId);
    if (!lane || lane.inFlight === 0) throw new Error('finished without having been started');
    this.places.giveBack(lane);
    lane.ended(end, nowMs);
    lane.usedAtMs = nowMs;
    if (end) this.places.setProven(lane, end.ok);
    this.queueLimits.hold(lane, -1);
    if (lane.queue.size > 0) this.turns.update(lane);
    if (!this.turns.isEmpty) this.startQueued(nowMs);
  }

  /**
   * To be called every 50 ms or so: starts what rates and places allow by now, then defers what has waited too long and
   * what is beyond an endpoint's limit, newest first.
   * @param isSaturated this process is what holds things up: to defer would then cost more than it frees
   */
  sweep(nowMs: number, { isSaturated }: { readonly isSaturated: boolean }): void {
    this.followClock(nowMs);
    this.queueLimits.isSaturated = isSaturated;
    const { total } = this.options;
    // attempts that may hang take nothing of the machine, and must not stop those that do
    const few = Math.max(fewestPlaces, total >> 4) + this.places.unprovenInUse;
    this.places.resize(isSaturated ? Math.min(total, few) : total);
    for (const lane of this.queuing) {
      lane.isOutOfTokens = false;
      this.turns.update(lane);
    }
    this.startQueued(nowMs);
    for (const lane of this.queuing) this.deferLate(lane, nowMs);
    this.endpoints.forgetIdle(nowMs);
  }

  /** How many put-backs of an endpoint may be brought now without being deferred again at once. */
  room(endpoint: AdmittedEndpoint, limits: EndpointLimits, nowMs: number): number {
    const lane = this.laneOf(endpoint, limits, nowMs);
    if (!this.places.hasRoomFor(lane)) return 0;
    const coming = lane.queue.size + lane.expected.count(nowMs);
    const startable = Math.max(0, this.places.capOf(lane) - lane.open);
    const room = startable + this.queueLimits.limitOfPutBacks(lane, nowMs) - coming;
    const tokens = lane.rate ? lane.rate.freeBy(nowMs + longestTokenWaitMs) - coming : Infinity;
    return Math.max(0, Math.min(room, tokens));
  }

  /** The endpoint was changed: holds from now on, also for what is queued. `ask` brings them too. */
  changeLimits(endpointId: string, limits: EndpointLimits, nowMs: number): void {
    const lane = this.endpoints.get(endpointId);
    if (lane?.setLimits(limits, nowMs)) this.turns.update(lane);
  }

  /** By endpoint, attempts that owners before have not ended yet: they hold places of it, though none of this process. */
  changeElsewhere(counts: ReadonlyMap<string, number>, nowMs: number): void {
    const changed = new Set([...this.elsewhere.keys(), ...counts.keys()]);
    this.elsewhere = counts;
    for (const endpointId of changed) {
      const lane = this.endpoints.get(endpointId);
      if (!lane) continue;
      lane.elsewhere = counts.get(endpointId) ?? 0;
      this.turns.update(lane);
    }
    this.startQueued(nowMs);
  }

  isOpenElsewhere(endpointId: string): boolean {
    return this.elsewhere.has(endpointId);
  }

  /** By endpoint, attempts of this process under way in partitions other than these. */
  openOutside(partitions: ReadonlySet<number>): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { endpointId, inFlight, partition } of this.endpoints.all())
      if (inFlight > 0 && !partitions.has(partition)) counts.set(endpointId, inFlight);
    return counts;
  }

  /** Put-backs that are sent on their way; each counts against {@link room} until {@link arrived}, or for 5 to 10 s. */
  expecting(endpointId: string, count: number, nowMs: number): void {
    this.endpoints.get(endpointId)?.expected.add(count, nowMs);
  }

  /** One that was expected is here, or will not come: it holds no room any more. */
  arrived(endpointId: string): void {
    this.endpoints.get(endpointId)?.expected.arrived();
  }

  /** One that was deferred has left the waiting room. */
  returned(endpointId: string): void {
    this.endpoints.get(endpointId)?.line.returned();
  }

  /** Paused or disabled: @returns what was queued, in its order; neither `start` nor `defer` will be called on it */
  drainEndpoint(endpointId: string): Item[] {
    const lane = this.endpoints.get(endpointId);
    return lane ? this.drain(lane) : [];
  }

  /** Deleted: as {@link drainEndpoint}, and what is known of it is forgotten. */
  forgetEndpoint(endpointId: string): Item[] {
    const lane = this.endpoints.get(endpointId);
    return lane ? this.drainAndForget(lane) : [];
  }

  /** Its owner is another from now on: as {@link forgetEndpoint}, for all of its endpoints. Attempts under way go on. */
  forgetPartition(partition: number): Item[] {
    const drained: Item[] = [];
    for (const lane of this.endpoints.all())
      if (lane.partition === partition) drained.push(...this.drainAndForget(lane));
    return drained;
  }

  /** @returns all that is queued */
  drainAll(): Item[] {
    return [...this.queuing].flatMap((lane) => this.drain(lane));
  }

  /** What is remembered with a time of a clock that was ahead would hold endpoints up until that time comes. */
  private followClock(nowMs: number): void {
    if (nowMs < this.latestMs - setBackMs) {
      for (const lane of this.endpoints.all()) lane.clockWasSetBack(nowMs);
      this.latestMs = nowMs;
    }
    this.latestMs = Math.max(this.latestMs, nowMs);
  }

  private laneOf(endpoint: AdmittedEndpoint, limits: EndpointLimits, nowMs: number): EndpointLane<Item> {
    const lane = this.endpoints.get(endpoint.endpointId) ?? this.addLane(endpoint);
    lane.usedAtMs = nowMs;
    if (lane.setLimits(limits, nowMs)) this.turns.update(lane);
    return lane;
  }

  private addLane(endpoint: AdmittedEndpoint): EndpointLane<Item> {
    const lane = this.endpoints.add(endpoint);
    lane.elsewhere = this.elsewhere.get(endpoint.endpointId) ?? 0;
    return lane;
  }

  private hasToken(lane: EndpointLane<Item>, item: Item, nowMs: number): boolean {
    if (!lane.rate) return true;
    return lane.rate.free(nowMs) > 0 && (item.isPutBack || !lane.line.isAhead(nowMs));
  }

  private queueOrDefer(lane: EndpointLane<Item>, item: Item, nowMs: number): AdmissionAnswer {
    const { queue, rate } = lane;
    if (rate) {
      const mustLineUp = !item.isPutBack && lane.line.isAhead(nowMs);
      if (mustLineUp || rate.whenFree(queue.size + 1, nowMs) > nowMs + longestTokenWaitMs)
        return this.deferral(lane, 'rate_limited', item.isPutBack, nowMs);
    }
    if (queue.size >= this.queueLimits.limitOf(lane, nowMs))
      return this.deferral(lane, 'busy', item.isPutBack, nowMs);
    queue.push(item, nowMs);
    this.queueLimits.hold(lane, 1);
    this.queuing.add(lane);
    this.turns.update(lane);
    return 'queued';
  }

  private deferral(
    lane: EndpointLane<Item>,
    reason: AdmissionDeferral['defer'],
    inFront: boolean,
    nowMs: number,
  ): AdmissionDeferral {
    return { defer: reason, dueAtMs: lane.dueAtMs(this.places.capOf(lane), inFront, nowMs) };
  }

  /** A `start()` may finish or ask at once; then the turns go on here and not in there. */
  private startQueued(nowMs: number): void {
    this.startsAgain = true;
    if (this.isStarting) return;
    this.isStarting = true;
    try {
      while (this.startsAgain) {
        this.startsAgain = false;
        for (let lane = this.turns.next(nowMs); lane; lane = this.turns.next(nowMs))
          this.startFirst(lane, nowMs);
      }
    } finally {
      this.isStarting = false;
    }
  }

  private startFirst(lane: EndpointLane<Item>, nowMs: number): void {
    const item = lane.queue.takeFirst();
    this.places.take(lane);
    lane.started(nowMs);
    this.dequeued(lane);
    item?.start();
  }

  private deferLate(lane: EndpointLane<Item>, nowMs: number): void {
    const reason = lane.isOutOfTokens ? 'rate_limited' : 'busy';
    const isPassing = this.queueLimits.isPassing(lane, nowMs);
    while (!isPassing && nowMs - lane.queue.firstAtMs >= longestQueuedMs)
      this.deferItem(lane, lane.queue.takeFirst(), reason, true, nowMs);
    const beyond: (Item | undefined)[] = [];
    const limit = this.queueLimits.limitOf(lane, nowMs);
    while (lane.queue.size > limit) beyond.push(lane.queue.takeLast());
    while (beyond.length > 0) this.deferItem(lane, beyond.pop(), reason, false, nowMs);
  }

  private deferItem(
    lane: EndpointLane<Item>,
    item: Item | undefined,
    reason: AdmissionDeferral['defer'],
    inFront: boolean,
    nowMs: number,
  ): void {
    this.dequeued(lane);
    if (!item) return;
    this.queueLimits.hold(lane, -1);
    item.defer(reason, this.deferral(lane, reason, inFront, nowMs).dueAtMs);
  }

  private dequeued(lane: EndpointLane<Item>): void {
    if (lane.queue.size === 0) this.queuing.delete(lane);
    this.turns.update(lane);
  }

  private drain(lane: EndpointLane<Item>): Item[] {
    const drained: Item[] = [];
    for (let item = lane.queue.takeFirst(); item; item = lane.queue.takeFirst()) {
      this.queueLimits.hold(lane, -1);
      drained.push(item);
    }
    this.dequeued(lane);
    return drained;
  }

  private drainAndForget(lane: EndpointLane<Item>): Item[] {
    const drained = this.drain(lane);
    if (lane.inFlight === 0) this.endpoints.forget(lane);
    else lane.forgetLimits();
    return drained;
  }
}
