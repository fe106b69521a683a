import type { DeliveryFact } from '@postel/contracts';

/**
 * Marks the first success of an endpoint after an attempt failed there (`afterFailure`), so that whoever watches endpoints
 * sees each recovery without reading every success: deliveries that succeed at once are most of what there is.
 *
 *   not known ──success, marked──▶ succeeding ──success──▶ succeeding
 *       ▲                              ╰──an attempt fails; its owner changes──▶ not known
 *
 * By the endpoint's owner, in the order in which it appends: so of two facts that it knows the watcher misses no turn. One
 * mark too many costs nothing but its reading.
 */
export class Recoveries {
  private readonly succeeding = new Set<string>();

  /** @param idOf the id as the tables hold it, so that it is held once */
  constructor(private readonly idOf: (endpointId: string) => string | undefined) {}

  /** The fact as it is to be appended. */
  mark(fact: DeliveryFact): DeliveryFact {
    const { endpointId } = fact;
    if (fact.fact !== 'delivery.succeeded') {
      if ('attempt' in fact) this.succeeding.delete(endpointId);
      return fact;
    }
    if (this.succeeding.has(endpointId)) return fact;
    const id = this.idOf(endpointId);
    if (id !== undefined) this.succeeding.add(id);
    return { ...fact, afterFailure: true };
  }

  /** It was deleted; or a fact of it was perhaps not stored. */
  forget(endpointId: string): void {
    this.succeeding.delete(endpointId);
  }

  /** Another process may have seen failures. */
  forgetAll(): void {
    this.succeeding.clear();
  }
}
