import type { AdmittedEndpoint } from './admission-item.js';
import { EndpointLane, TenantShare } from './endpoint-lane.js';

/** Endpoints that nothing was heard of for so long are forgotten … */
const idleMs = 600_000;
/** … and after so short a time, when there are very many. */
const idleWhenManyMs = 10_000;
const manyEndpoints = 20_000;
/** Looked at in one go. */
const looksAtOnce = 256;

/** What is remembered of endpoints, as long as it is worth it. */
export class KnownEndpoints<Item> {
  private readonly lanes = new Map<string, EndpointLane<Item>>();
  private readonly shares = new Map<string, TenantShare<Item>>();
  private idleLook: MapIterator<EndpointLane<Item>> | null = null;

  get size(): number {
    return this.lanes.size;
  }

  get(endpointId: string): EndpointLane<Item> | undefined {
    return this.lanes.get(endpointId);
  }

  all(): Iterable<EndpointLane<Item>> {
    return this.lanes.values();
  }

  add({ endpointId, tenant, partition }: AdmittedEndpoint): EndpointLane<Item> {
    let share = this.shares.get(tenant);
    if (!share) this.shares.set(tenant, (share = new TenantShare(tenant)));
    share.lanes += 1;
    const lane = new EndpointLane(endpointId, share, partition);
    this.lanes.set(endpointId, lane);
    return lane;
  }

  /** One that has nothing here any more. */
  forget(lane: EndpointLane<Item>): void {
    this.lanes.delete(lane.endpointId);
    lane.share.lanes -= 1;
    if (lane.share.lanes === 0) this.shares.delete(lane.share.tenant);
  }

  /** A part of all at a time, so that no call takes long. */
  forgetIdle(nowMs: number): void {
    const afterMs = this.lanes.size > manyEndpoints ? idleWhenManyMs : idleMs;
    for (let looks = 0; looks < looksAtOnce; looks++) {
      this.idleLook ??= this.lanes.values();
      const { value: lane, done } = this.idleLook.next();
      if (done) {
        this.idleLook = null;
        return;
      }
      if (nowMs - lane.usedAtMs >= afterMs && lane.isIdle(nowMs)) this.forget(lane);
    }
  }
}
