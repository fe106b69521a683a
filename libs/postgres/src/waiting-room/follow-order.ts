import type {
  DeliveryCreated,
  DeliveryDeferred,
  DeliveryDied,
  DeliveryReopened,
  DeliverySucceeded,
} from '@postel/contracts';

/**
 * An ordering key of an endpoint: its deliveries get gapless numbers in the order of their events, and one number at a
 * time is released, which is to say due or under way. What is reopened is held with the number that it has, and so goes
 * before all that is held with a higher one.
 *
 *   held ──numberHeld──▶ held, numbered ──the one before ended──▶ released ──succeeded | died──▶ (the next is released)
 *                         ▲                                        ╰──deferred──▶ released, due later
 *                         ╰──reopened── succeeded | died
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
  /** All numbers up to it have ended once. So the released one is one of them exactly when it was reopened. */
  readonly endedUpTo: number;
}

/** Where nothing is released, nothing with a number is held either. */
export function storedOrderingKey({
  endedUpTo,
  ...stored
}: Omit<OrderingKey, 'endedUpTo'> & { readonly endedUpTo: number | null }): OrderingKey {
  const { lastSequence, released } = stored;
  return {
    ...stored,
    endedUpTo: released === null ? lastSequence : Math.max(endedUpTo ?? 0, released - 1),
  };
}

export const newOrderingKey: OrderingKey = {
  lastSequence: 0,
  lastEventSeq: 0,
  released: null,
  releasedHop: 0,
  endedUpTo: 0,
};

/** The present life of a delivery with a number that was reopened. */
export interface Reopening {
  /** Facts of this hop and below are of a life before. */
  readonly reopenedHop: number;
  /** The last hop that ended. */
  readonly hop: number;
  readonly isOver: boolean;
}

export type WaitingFact =
  DeliveryCreated | DeliverySucceeded | DeliveryDeferred | DeliveryDied | DeliveryReopened;

export interface Followed {
  readonly key: OrderingKey;
  /** As it is after the fact; absent: as it was. */
  readonly reopening?: Reopening;
  /** `none`: it is a repetition, or late, and changes nothing in the waiting room either. */
  readonly effect: Effect;
}

/** Whether what a fact makes wait has a time of its own, or has to wait until it is its turn. */
export type Effect = 'none' | 'goes' | 'held';

/** Ordered and not numbered yet: it waits until all events before it are known. */
function isHeld(fact: WaitingFact): boolean {
  return (
    fact.fact === 'delivery.deferred' &&
    fact.reason === 'ordering' &&
    fact.ordering?.sequence === undefined &&
    fact.reopenedAtMs === undefined
  );
}

/** What a fact of an ordered delivery makes of its key. */
export function followOrder(before: OrderingKey, fact: WaitingFact, reopening?: Reopening): Followed {
  const sequence = fact.ordering?.sequence;
  if (sequence === undefined) {
    if (!isHeld(fact)) return { key: before, effect: 'goes' };
    // events are numbered when all before them are known, so this one had its number already
    return { key: before, effect: fact.eventSeq <= before.lastEventSeq ? 'none' : 'held' };
  }
  const isReopened = reopening !== undefined || wasReopened(fact);
  const key = learn(before, sequence, fact, isReopened);
  if (!isReopened) return followFirstLife(releasedBefore(key, sequence, fact), sequence, fact);
  if (reopening && fact.hop <= reopening.reopenedHop) return { key, effect: 'none' };
  return followReopened(key, sequence, fact, reopening);
}

function followFirstLife(key: OrderingKey, sequence: number, fact: WaitingFact): Followed {
  const isOther = sequence !== key.released || isReleasedAnew(key);
  switch (fact.fact) {
    case 'delivery.succeeded':
      if (isOther) return { key, effect: 'goes' };
      return { key: { ...key, released: null, endedUpTo: sequence }, effect: 'goes' };
    case 'delivery.died':
      if (isOther) return { key, effect: 'goes' };
      if (fact.hop <= key.releasedHop) return { key, effect: 'none' };
      return { key: { ...key, released: null, endedUpTo: sequence }, effect: 'goes' };
    case 'delivery.created':
    case 'delivery.deferred':
    case 'delivery.reopened':
      // it was out before the reopened one, and a crash of the database made it forget that: its hop is past
      if (isReleasedAnew(key) && sequence > key.endedUpTo) return { key, effect: 'held' };
      if (isOther || fact.hop <= key.releasedHop) return { key, effect: 'none' };
      return { key: { ...key, releasedHop: fact.hop }, effect: 'goes' };
  }
}

/** @param known absent: it is new, or from before this was kept */
function followReopened(key: OrderingKey, sequence: number, fact: WaitingFact, known?: Reopening): Followed {
  const { hop } = fact;
  const isReleased = key.released === sequence;
  const released = { released: sequence, releasedHop: hop, endedUpTo: Math.max(key.endedUpTo, sequence) };
  if (fact.fact === 'delivery.reopened') {
    const reopening = { reopenedHop: hop, hop, isOver: false };
    return isReleased
      ? { key: { ...key, ...released }, reopening, effect: 'goes' }
      : { key, reopening, effect: 'held' };
  }
  const reopening = known ?? { reopenedHop: hop - 1, hop: hop - 1, isOver: false };
  // a success wins over what else became of the same hop
  const isPast = hop <= reopening.hop || reopening.isOver;
  if (isPast && fact.fact !== 'delivery.succeeded') return { key, effect: 'none' };
  if (fact.fact === 'delivery.succeeded' || fact.fact === 'delivery.died') {
    const over = { ...reopening, hop: Math.max(hop, reopening.hop), isOver: true };
    const after = isReleased ? { ...key, released: null } : key;
    return { key: after, reopening: over, effect: 'goes' };
  }
  const isOut = isReleased || key.released === null;
  return {
    key: isOut ? { ...key, ...released } : key,
    reopening: { ...reopening, hop },
    effect: isOut ? 'goes' : 'held',
  };
}

function wasReopened(fact: WaitingFact): boolean {
  return fact.fact === 'delivery.reopened' || fact.reopenedAtMs !== undefined;
}

function isReleasedAnew({ released, endedUpTo }: OrderingKey): boolean {
  return released !== null && released <= endedUpTo;
}

/** A number that this table did not give: it was rebuilt, and the log tells how far the numbers had come. */
function learn(key: OrderingKey, sequence: number, fact: WaitingFact, isReopened: boolean): OrderingKey {
  if (sequence <= key.lastSequence) return key;
  const known = {
    ...key,
    lastSequence: sequence,
    lastEventSeq: Math.max(key.lastEventSeq, fact.eventSeq),
  };
  if (isReopened) return key.released === null ? { ...known, endedUpTo: sequence } : known;
  if (isReleasedAnew(key)) return { ...known, endedUpTo: Math.max(key.endedUpTo, sequence - 1) };
  return { ...known, endedUpTo: sequence - 1, released: sequence, releasedHop: fact.hop - 1 };
}

/**
 * One that is behind what has just ended, and has already gone out: it had been released, and a crash of the database
 * made it forget that. What is held of it is of a hop that is past, and the broker would drop its put-back.
 */
function releasedBefore(key: OrderingKey, sequence: number, fact: WaitingFact): OrderingKey {
  if (key.released !== null || sequence <= key.endedUpTo) return key;
  return { ...key, released: sequence, releasedHop: fact.hop - 1 };
}
