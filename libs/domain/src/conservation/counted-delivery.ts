import type { DeliveryFact } from '@postel/contracts';

export type CountedStatus = 'pending' | 'retrying' | 'succeeded' | 'dead' | 'discarded';

/** As much of a delivery as its facts have to be judged by, to be counted once, whatever comes twice or late. */
export interface CountedDelivery {
  readonly status: CountedStatus;
  /** The highest hop that ended; 0: none has, and it was made by a fan-out. */
  readonly hop: number;
  readonly attempts: number;
  readonly attemptsBeforeReopen: number;
}

/**
 * The rules of `evolveDelivery`, on what is counted. They are written down once more on purpose: the figures are not to
 * agree with the tables because both have the same fault. A test holds them together.
 * @returns the same object when the fact changes nothing
 */
export function evolveCounted(state: CountedDelivery, fact: DeliveryFact): CountedDelivery {
  switch (fact.fact) {
    case 'delivery.succeeded': {
      const isNews = state.status !== 'succeeded' && fact.attemptsMade > state.attemptsBeforeReopen;
      return isNews ? after(state, fact, 'succeeded') : state;
    }
    case 'delivery.died':
      return endsNextHop(state, fact) ? after(state, fact, 'dead') : state;
    case 'delivery.deferred':
      return endsNextHop(state, fact) ? waiting(state, fact) : state;
    case 'delivery.reopened': {
      const isNews = isOpen(state.status) ? fact.hop > state.hop : fact.hop >= state.hop;
      return isNews ? waiting(state, fact) : state;
    }
    case 'delivery.discarded':
      return state.status === 'dead' && fact.hop === state.hop ? after(state, fact, 'discarded') : state;
  }
}

export function isOpen(status: CountedStatus): boolean {
  return status === 'pending' || status === 'retrying';
}

/** What a fact says of a delivery that is not known; `null`: it says nothing. */
export function countedBy(fact: DeliveryFact): CountedDelivery | null {
  const unknown = { status: 'pending', hop: -1, attempts: 0, attemptsBeforeReopen: -1 } as const;
  const state = evolveCounted(unknown, fact);
  return state === unknown ? null : state;
}

function endsNextHop({ status, hop }: CountedDelivery, fact: DeliveryFact): boolean {
  return status !== 'succeeded' && fact.hop > hop;
}

function waiting(state: CountedDelivery, fact: DeliveryFact): CountedDelivery {
  const next = after(state, fact, 'retrying');
  return next.attempts === 0 ? { ...next, status: 'pending' } : next;
}

function after(state: CountedDelivery, fact: DeliveryFact, status: CountedStatus): CountedDelivery {
  return {
    status,
    hop: Math.max(state.hop, fact.hop),
    attempts: Math.max(state.attempts, fact.attemptsMade),
    attemptsBeforeReopen: Math.max(state.attemptsBeforeReopen, fact.attemptsBeforeReopen),
  };
}
