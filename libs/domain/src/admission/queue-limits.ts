import type { AdmissionOptions } from './admission-item.js';
import type { EndpointLane } from './endpoint-lane.js';
import type { Places } from './places.js';

/** What an endpoint should work off within this time may wait in memory. */
const queueAheadMs = 300;
/** An answer that takes less says nothing against its receiver; where we are slow ourselves, much less so. */
const slowReceiverMs = 250;
const slowWhenSaturatedMs = 1_500;
/** Where so many endpoints have something here, none of them has more than half of the window. */
const manyHolders = 4;
/** What came after a burst of one endpoint may wait so long for it. */
const longestStandingBehindMs = 1_500;

/** Who may wait in memory, and how much of each: by what its endpoint works off, and by who else has something here. */
export class QueueLimits<Item> {
  /** This process is what holds things up. */
  isSaturated = false;
  private heldCount = 0;
  /** By partition: items, and endpoints that have some. */
  private readonly heldOf: number[] = [];
  private readonly holdersOf: number[] = [];

  constructor(
    private readonly options: AdmissionOptions,
    private readonly places: Places<Item>,
  ) {}

  /** Items that wait here or are in flight. */
  get held(): number {
    return this.heldCount;
  }

  /** One more of an endpoint is here, or one fewer. */
  hold(lane: EndpointLane<Item>, count: 1 | -1): void {
    const { partition } = lane;
    this.heldCount += count;
    this.heldOf[partition] = (this.heldOf[partition] ?? 0) + count;
    lane.held += count;
    if (lane.held === (count === 1 ? 1 : 0)) this.holdersOf[partition] = this.holdersIn(partition) + count;
  }

  /**
   * Items of an endpoint that may wait here: what it works off soon, within its share of the partition's window. An
   * endpoint that is alone there has all of it: what it holds up is only itself.
   */
  limitOf(lane: EndpointLane<Item>, nowMs: number): number {
    const { window } = this.options;
    const cap = this.places.capOf(lane);
    const latencyMs = lane.expectedLatencyMs(nowMs);
    // the rest of a partition's window is for endpoints that answer
    const isHanging = !lane.proven && this.isSlow(latencyMs);
    if (isHanging && (this.heldOf[lane.partition] ?? 0) * 4 >= window * 3) return 0;
    // twice its fair share among those that have something here: not all of them have as much at once
    const share = Math.ceil((2 * window) / Math.max(1, this.holdersIn(lane.partition)));
    const most = this.mayPass(lane, cap, latencyMs) ? share : Math.min(share, soonOf(cap, latencyMs));
    return Math.min(Math.max(most, 2 * cap), window);
  }

  /** Put-backs of an endpoint that may wait here: what it cannot take soon would only be sent to wait again. */
  limitOfPutBacks(lane: EndpointLane<Item>, nowMs: number): number {
    const soon = soonOf(this.places.capOf(lane), lane.expectedLatencyMs(nowMs));
    return Math.min(this.limitOf(lane, nowMs), soon);
  }

  /**
   * Whether an endpoint may have its share here, however much it is: it answers fast, and either others have theirs
   * beside it, or what stands behind would not wait long even if all of it were its own. To defer would then cost more
   * than it frees.
   */
  isPassing(lane: EndpointLane<Item>, nowMs: number): boolean {
    return this.mayPass(lane, this.places.capOf(lane), lane.expectedLatencyMs(nowMs));
  }

  private mayPass(lane: EndpointLane<Item>, cap: number, latencyMs: number): boolean {
    if (this.isSlow(latencyMs)) return false;
    if (this.holdersIn(lane.partition) >= manyHolders) return true;
    return ((lane.held + lane.behind) * latencyMs) / cap <= longestStandingBehindMs;
  }

  private isSlow(latencyMs: number): boolean {
    return latencyMs >= (this.isSaturated ? slowWhenSaturatedMs : slowReceiverMs);
  }

  /** Endpoints of the partition that have something here now. */
  private holdersIn(partition: number): number {
    return this.holdersOf[partition] ?? 0;
  }
}

/** What is worked off within {@link queueAheadMs}, so many at once. */
function soonOf(cap: number, latencyMs: number): number {
  return Math.floor((cap / latencyMs) * queueAheadMs);
}
