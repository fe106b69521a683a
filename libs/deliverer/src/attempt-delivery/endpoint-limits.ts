import type { EndpointState } from '@postel/contracts';
import type { EndpointLimits } from '@postel/domain';

/**
 * What an endpoint may take, as one object for as long as neither the endpoint nor its owner is changed: the admission
 * compares them so.
 */
export class LimitsOfEndpoints {
  private readonly known = new WeakMap<EndpointState, EndpointLimits>();
  /** By partition. */
  private readonly ownedSinceMs = new Map<number, number>();

  constructor(private readonly partitionOf: (endpointId: string) => number) {}

  /** From now on it is this process that starts the attempts for the endpoints of the partition. */
  owns(partition: number, nowMs: number): void {
    this.ownedSinceMs.set(partition, nowMs);
  }

  /** From now on others do. */
  disowns(partition: number): void {
    this.ownedSinceMs.delete(partition);
  }

  of(state: EndpointState): EndpointLimits {
    const { rateLimit } = state;
    if (!rateLimit) return state;
    const fresh = this.isFresh(state);
    let limits = this.known.get(state);
    if (limits?.fresh !== fresh) {
      limits = { maxInFlight: state.maxInFlight, rateLimit, fresh };
      this.known.set(state, limits);
    }
    return limits;
  }

  /** Nobody else can have used up the rate of an endpoint that was made since. */
  private isFresh({ id, createdAtMs }: EndpointState): boolean {
    return createdAtMs >= (this.ownedSinceMs.get(this.partitionOf(id)) ?? Infinity);
  }
}
