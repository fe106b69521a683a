import type {
  AttemptError,
  AttemptRecord,
  CreatedDelivery,
  DeadLetterReason,
  DeliveryCreated,
  DeliveryDeferred,
  DeliveryDied,
  DeliveryDiscarded,
  DeliveryFact,
  DeliveryMeta,
  DeliveryReopened,
  DeliverySucceeded,
  EventFannedOut,
} from '@postel/contracts';

/** What every fact of a delivery repeats about it. */
export type DeliveryIdentity = Omit<
  DeliveryMeta,
  | 'hop'
  | 'attemptsMade'
  | 'attemptsBeforeReopen'
  | 'reopenedAtMs'
  | 'configSequence'
  | 'traceparent'
  | 'formerAttempt'
>;

interface DeliveryProgress {
  readonly delivery: DeliveryIdentity;
  /** The highest hop that ended; 0 before the first has. */
  readonly hop: number;
  /** Made over its whole life. */
  readonly attempts: number;
  readonly attemptsBeforeReopen: number;
  /** Where its last attempt went; before there was one, its endpoint's when it was made. `null`: not told. */
  readonly url: string | null;
  readonly lastStatus: number | null;
  readonly lastError: AttemptError | null;
}

/**
 * A delivery as its facts tell it (contract: Words).
 *
 *   none ──fanned out, or made by a replay──▶ pending ──deferred──▶ retrying (pending as long as nothing was attempted)
 *                           │                     │
 *                           ├─────succeeded───────┤──▶ succeeded ──reopened──▶ retrying
 *                           ╰─────died────────────╯──▶ dead ──────reopened──▶ retrying
 *                                                       ╰──discarded──▶ discarded ──reopened──▶ retrying
 */
export type DeliveryState =
  | { readonly status: 'none' }
  | (DeliveryProgress & {
      readonly status: 'pending';
      /** `null`: it is in DELIVERIES, due now, or waits for what nobody can foresee. */
      readonly nextAttemptAtMs: number | null;
      readonly completedAtMs: null;
    })
  | (DeliveryProgress & {
      readonly status: 'retrying';
      readonly nextAttemptAtMs: number | null;
      readonly completedAtMs: null;
    })
  | (DeliveryProgress & {
      readonly status: 'succeeded' | 'discarded';
      readonly nextAttemptAtMs: null;
      readonly completedAtMs: number;
    })
  | (DeliveryProgress & {
      readonly status: 'dead';
      readonly reason: DeadLetterReason;
      readonly nextAttemptAtMs: null;
      readonly completedAtMs: number;
    });

export const initialDelivery: DeliveryState = { status: 'none' };

/**
 * The state after a fact. Facts come at least once, and two owners of a partition may have ended the same hop: a later
 * hop supersedes an earlier one, the first fact of a hop counts, and a success wins over all that was deferred or died.
 * The same rules stand in the SQL of the delivery log, of the dead letters and of the waiting room.
 */
export function evolveDelivery(state: DeliveryState, fact: DeliveryFact): DeliveryState {
  switch (fact.fact) {
    case 'delivery.succeeded':
      if (!isFirstSuccess(state, fact)) return state;
      return { ...progress(state, fact), ...completed(fact.atMs), status: 'succeeded' };
    case 'delivery.died':
      if (!endsNextHop(state, fact)) return state;
      return { ...died(state, fact), ...completed(fact.atMs), status: 'dead', reason: fact.reason };
    case 'delivery.deferred':
      return endsNextHop(state, fact) ? waiting(state, fact, dueAtMsOf(fact)) : state;
    case 'delivery.reopened':
      return canReopenAt(state, fact) ? waiting(state, fact, fact.dueAtMs) : state;
    case 'delivery.discarded':
      return state.status === 'dead' && state.hop === fact.hop
        ? { ...progress(state, fact), ...completed(fact.atMs), status: 'discarded' }
        : state;
  }
}

/** When a deferred delivery is attempted next; `null` where nobody can know. */
export function dueAtMsOf({ reason, dueAtMs }: DeliveryDeferred): number | null {
  return reason === 'paused' || reason === 'ordering' || reason === 'circuit_open' ? null : dueAtMs;
}

/** The deliveries that a fact made. */
export function createdBy(fact: EventFannedOut | DeliveryCreated): readonly CreatedDelivery[] {
  return fact.fact === 'event.fanned_out' ? fact.deliveries : [fact];
}

/** The state of each delivery that a fan-out or a replay made, by its id. */
export function deliveriesOf(fact: EventFannedOut | DeliveryCreated): Map<string, DeliveryState> {
  const { tenant, eventId, eventSeq, type, acceptedAtMs } = fact;
  return new Map(
    createdBy(fact).map(({ deliveryId, endpointId, url, apiVersion }): [string, DeliveryState] => [
      deliveryId,
      {
        status: 'pending',
        delivery: { deliveryId, endpointId, tenant, eventId, eventSeq, type, acceptedAtMs, apiVersion },
        hop: fact.fact === 'delivery.created' ? fact.hop : 0,
        attempts: 0,
        attemptsBeforeReopen: 0,
        url,
        lastStatus: null,
        lastError: null,
        nextAttemptAtMs: null,
        completedAtMs: null,
      },
    ]),
  );
}

function endsNextHop(state: DeliveryState, fact: DeliveryFact): boolean {
  return state.status === 'none' || (state.status !== 'succeeded' && fact.hop > state.hop);
}

/** Of any hop, but of an attempt since the last reopening: one from before was what the reopening started over from. */
function isFirstSuccess(state: DeliveryState, fact: DeliverySucceeded): boolean {
  if (state.status === 'none') return true;
  return state.status !== 'succeeded' && fact.attemptsMade > state.attemptsBeforeReopen;
}

function canReopenAt(state: DeliveryState, fact: DeliveryReopened): boolean {
  // a projection that begins in the middle of the log has not seen how it ended
  if (state.status === 'none') return true;
  return state.completedAtMs !== null ? fact.hop >= state.hop : fact.hop > state.hop;
}

function waiting(
  state: DeliveryState,
  fact: DeliveryDeferred | DeliveryReopened,
  nextAttemptAtMs: number | null,
): DeliveryState {
  const common = { ...progress(state, fact), nextAttemptAtMs, completedAtMs: null };
  return common.attempts === 0 ? { ...common, status: 'pending' } : { ...common, status: 'retrying' };
}

/** The numbers never go down: a success may be of an earlier hop than what it wins over. */
function progress(state: DeliveryState, fact: DeliveryFact): DeliveryProgress {
  const attempt: AttemptRecord | undefined = 'attempt' in fact ? fact.attempt : undefined;
  const before = state.status === 'none' ? nothingYet : state;
  return {
    delivery: identityOf(state, fact),
    hop: Math.max(before.hop, fact.hop),
    attempts: Math.max(before.attempts, fact.attemptsMade),
    attemptsBeforeReopen: Math.max(before.attemptsBeforeReopen, fact.attemptsBeforeReopen),
    url: attempt?.request.url ?? before.url,
    lastStatus: attempt ? (attempt.response?.status ?? null) : before.lastStatus,
    lastError: attempt ? (attempt.error ?? null) : before.lastError,
  };
}

const nothingYet = {
  hop: 0,
  attempts: 0,
  attemptsBeforeReopen: 0,
  url: null,
  lastStatus: null,
  lastError: null,
};

function identityOf(state: DeliveryState, fact: DeliveryFact): DeliveryIdentity {
  const { deliveryId, endpointId, tenant, eventId, eventSeq, type, acceptedAtMs, apiVersion } = fact;
  const known = state.status === 'none' ? undefined : state.delivery.ordering;
  // a number is given once; facts from before it know only the key
  const ordering = known?.sequence === undefined ? (fact.ordering ?? known) : known;
  return {
    deliveryId,
    endpointId,
    tenant,
    eventId,
    eventSeq,
    type,
    acceptedAtMs,
    apiVersion,
    ...(ordering ? { ordering } : {}),
  };
}

/** A death without an attempt may still know how the last one ended. */
function died(state: DeliveryState, fact: DeliveryDied): DeliveryProgress {
  const told = progress(state, fact);
  return {
    ...told,
    lastStatus: fact.lastStatus ?? told.lastStatus,
    lastError: fact.lastError ?? told.lastError,
  };
}

function completed(atMs: number): { readonly nextAttemptAtMs: null; readonly completedAtMs: number } {
  return { nextAttemptAtMs: null, completedAtMs: atMs };
}

/** What a delivery fact says about its delivery, from a state. */
export function factBasisOf(
  state: Exclude<DeliveryState, { status: 'none' }>,
): Omit<DeliveryDiscarded, 'fact' | 'atMs'> {
  const { delivery, hop, attempts, attemptsBeforeReopen } = state;
  return { v: 1, ...delivery, hop, attemptsMade: attempts, attemptsBeforeReopen };
}
