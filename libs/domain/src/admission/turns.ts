import type { EndpointLane, TenantShare } from './endpoint-lane.js';
import type { Places } from './places.js';
import { Ring } from './ring.js';

/** Whose turn it is when a place is free: one tenant after the other, and one endpoint of a tenant after the other. */
export class Turns<Item> {
  private readonly tenants = new Ring<TenantShare<Item>>();

  constructor(private readonly places: Places<Item>) {}

  get isEmpty(): boolean {
    return this.tenants.size === 0;
  }

  /** After anything that changed whether the endpoint waits for a place. */
  update(lane: EndpointLane<Item>): void {
    const { share } = lane;
    if (lane.isReady() === (lane.next !== null)) return;
    if (lane.next) {
      share.ready.remove(lane);
      if (lane.proven) share.readyProven -= 1;
    } else {
      share.ready.add(lane);
      if (lane.proven) share.readyProven += 1;
    }
    if (share.ready.size === 0) this.tenants.remove(share);
    else this.tenants.add(share);
  }

  /** The next endpoint that may start an attempt now; `null` when none may. */
  next(nowMs: number): EndpointLane<Item> | null {
    for (let left = this.tenants.size; left > 0; left--) {
      const share = this.tenants.first;
      if (!share) return null;
      this.tenants.turn();
      const lane = this.nextOf(share, nowMs);
      if (lane) return lane;
    }
    return null;
  }

  private nextOf(share: TenantShare<Item>, nowMs: number): EndpointLane<Item> | null {
    if (!this.places.mayAdmitAny(share)) return null;
    for (let left = share.ready.size; left > 0; left--) {
      const lane = share.ready.first;
      if (!lane) return null;
      share.ready.turn();
      if (lane.rate && lane.rate.free(nowMs) === 0) {
        lane.isOutOfTokens = true;
        this.update(lane);
      } else if (this.places.mayStart(lane)) {
        return lane;
      }
    }
    return null;
  }
}
