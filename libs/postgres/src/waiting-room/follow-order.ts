import type {
  DeliveryCreated,
  DeliveryDeferred,
  DeliveryDied,
  DeliveryReopened,
  DeliverySucceeded,
} from '@postel/contracts';

/**
 * An ordering key of an endpoint: its deliveries get gapless numbers in the order of their events, and one number at a
 * time is released, which is to say due or under way.
 *
 *   held ──numberHeld──▶ held, numbered ──the one before ended──▶ released ──succeeded | died──▶ (the next is released)
 *                                                                  ╰──deferred──▶ released, due later
 */
export interface OrderingKey {
  /** The last number that was given. */
  readonly lastSequence: number;
  /** The event that has it. */
  readonly lastEventSeq: number;
  /** Null: the lowest number that is held may go, once there is one. */
  readonly released: number | null;
  /** The last hop of the released one that ended. */
  readonly releasedHop: number;
  /** All numbers up to it have ended; of a key of which nothing is released. Not stored, for it follows from the rest. */
  readonly endedUpTo: number;
}

/** Where nothing is released, nothing with a number is held either. */
export function storedOrderingKey(stored: Omit<OrderingKey, 'endedUpTo'>): OrderingKey {
  return { ...stored, endedUpTo: stored.lastSequence };
}

export const newOrderingKey: OrderingKey = {
  lastSequence: 0,
  lastEventSeq: 0,
  released: null,
  releasedHop: 0,
  endedUpTo: 0,
};

export type WaitingFact =
  DeliveryCreated | DeliverySucceeded | DeliveryDeferred | DeliveryDied | DeliveryReopened;

export interface Followed {
  readonly key: OrderingKey;
  /** `false`: it is a repetition, or late, and changes nothing in the waiting room either. */
  readonly counts: boolean;
}

/** Ordered and not numbered yet: it waits until all events before it are known. */
export function isHeld(fact: WaitingFact): boolean {
  return (
    fact.fact === 'delivery.deferred' &&
    fact.reason === 'ordering' &&
    fact.ordering?.sequence === undefined &&
    fact.reopenedAtMs === undefined
  );
}

/** What a fact of an ordered delivery makes of its key. */
export function followOrder(before: OrderingKey, fact: WaitingFact): Followed {
  const sequence = fact.ordering?.sequence;
  if (sequence === undefined) {
    // events are numbered when all before them are known, so this one had its number already
    const isRepeated = isHeld(fact) && fact.eventSeq <= before.lastEventSeq;
    return { key: before, counts: !isRepeated };
  }
  const key = releasedBefore(learn(before, sequence, fact), sequence, fact);
  // what was reopened goes its own way: the order has passed it
  if (wasReopened(fact)) return { key, counts: true };
  if (sequence !== key.released) return { key, counts: fact.fact !== 'delivery.deferred' };
  switch (fact.fact) {
    case 'delivery.succeeded':
      return { key: { ...key, released: null, endedUpTo: sequence }, counts: true };
    case 'delivery.died':
      if (fact.hop <= key.releasedHop) return { key, counts: false };
      return { key: { ...key, released: null, endedUpTo: sequence }, counts: true };
    case 'delivery.created':
    case 'delivery.deferred':
    case 'delivery.reopened':
      if (fact.hop <= key.releasedHop) return { key, counts: false };
      return { key: { ...key, releasedHop: fact.hop }, counts: true };
  }
}

function wasReopened(fact: WaitingFact): boolean {
  return fact.fact === 'delivery.reopened' || fact.reopenedAtMs !== undefined;
}

/** A number that this table did not give: it was rebuilt, and the log tells how far the numbers had come. */
function learn(key: OrderingKey, sequence: number, fact: WaitingFact): OrderingKey {
  if (sequence <= key.lastSequence) return key;
  const known = {
    ...key,
    lastSequence: sequence,
    lastEventSeq: Math.max(key.lastEventSeq, fact.eventSeq),
    endedUpTo: sequence,
  };
  return wasReopened(fact) ? known : { ...known, released: sequence, releasedHop: fact.hop - 1 };
}

/**
 * One that is behind what has just ended, and has already gone out: it had been released, and a crash of the database
 * made it forget that. What is held of it is of a hop that is past, and the broker would drop its put-back.
 */
function releasedBefore(key: OrderingKey, sequence: number, fact: WaitingFact): OrderingKey {
  if (key.released !== null || sequence <= key.endedUpTo || wasReopened(fact)) return key;
  return { ...key, released: sequence, releasedHop: fact.hop - 1 };
}
