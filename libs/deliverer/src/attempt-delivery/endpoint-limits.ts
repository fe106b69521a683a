import type { EndpointState } from '@postel/contracts';
import type { EndpointLimits } from '@postel/domain';

/** What an endpoint may take, as one object for as long as the endpoint is not changed: the admission compares them so. */
export class LimitsOfEndpoints {
  private readonly known = new WeakMap<EndpointState, EndpointLimits>();

  of(state: EndpointState, nowMs: number): EndpointLimits {
    const { rateLimit } = state;
    if (!rateLimit) return state;
    let limits = this.known.get(state);
    if (!limits) {
      // nobody can have used up the rate of an endpoint that has not been there for so long
      const isFresh = nowMs - state.createdAtMs < rateLimit.perSeconds * 1_000;
      limits = { maxInFlight: state.maxInFlight, rateLimit, fresh: isFresh };
      this.known.set(state, limits);
    }
    return limits;
  }
}
