import type {
  AttemptError,
  AttemptRecord,
  DeadLetterReason,
  DeliveryDeferred,
  DeliveryDied,
  DeliveryDiscarded,
  DeliveryFact,
  DeliveryMeta,
  DeliveryReopened,
  EventFannedOut,
} from '@postel/contracts';

/** What every fact of a delivery repeats about it. */
export type DeliveryIdentity = Omit<DeliveryMeta, 'hop' | 'attemptsMade' | 'attemptsBeforeReopen'>;

interface DeliveryProgress {
  readonly delivery: DeliveryIdentity;
  /** The last hop that ended; 0 before the first has. */
  readonly hop: number;
  /** Made over its whole life. */
  readonly attempts: number;
  readonly attemptsBeforeReopen: number;
  readonly lastStatus: number | null;
  readonly lastError: AttemptError | null;
}

/**
 * A delivery as its facts tell it (contract: Words).
 *
 *   none ──fanned out──▶ pending ──deferred──▶ retrying (pending as long as nothing was attempted)
 *                           │                     │
 *                           ├─────succeeded───────┤──▶ succeeded ──reopened──▶ retrying
 *                           ╰─────died────────────╯──▶ dead ──────reopened──▶ retrying
 *                                                       ╰──discarded──▶ discarded ──reopened──▶ retrying
 */
export type DeliveryState =
  | { readonly status: 'none' }
  | (DeliveryProgress & {
      readonly status: 'pending';
      /** `null`: it is in DELIVERIES, due now. */
      readonly nextAttemptAtMs: number | null;
      readonly completedAtMs: null;
    })
  | (DeliveryProgress & {
      readonly status: 'retrying';
      readonly nextAttemptAtMs: number;
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
 * The state after a fact. A fact that the state is already past (of a hop that has ended, or a repeated one) changes
 * nothing: facts come at least once, and the fan-out's may come after the first outcome.
 */
export function evolveDelivery(state: DeliveryState, fact: DeliveryFact): DeliveryState {
  switch (fact.fact) {
    case 'delivery.succeeded':
      if (hopHasEnded(state, fact)) return state;
      return { ...progress(state, fact), ...completed(fact.atMs), status: 'succeeded' };
    case 'delivery.died':
      if (hopHasEnded(state, fact)) return state;
      return { ...died(state, fact), ...completed(fact.atMs), status: 'dead', reason: fact.reason };
    case 'delivery.deferred':
      return hopHasEnded(state, fact) ? state : waiting(state, fact);
    case 'delivery.reopened':
      return canReopenAt(state, fact) ? waiting(state, fact) : state;
    case 'delivery.discarded':
      return state.status === 'dead' && state.hop === fact.hop
        ? { ...progress(state, fact), ...completed(fact.atMs), status: 'discarded' }
        : state;
  }
}

/** The state of each delivery that a fan-out made, by its id. */
export function deliveriesOf(fact: EventFannedOut): Map<string, DeliveryState> {
  const { tenant, eventId, eventSeq, type, acceptedAtMs } = fact;
  return new Map(
    fact.deliveries.map(({ deliveryId, endpointId, apiVersion }): [string, DeliveryState] => [
      deliveryId,
      {
        status: 'pending',
        delivery: { deliveryId, endpointId, tenant, eventId, eventSeq, type, acceptedAtMs, apiVersion },
        hop: 0,
        attempts: 0,
        attemptsBeforeReopen: 0,
        lastStatus: null,
        lastError: null,
        nextAttemptAtMs: null,
        completedAtMs: null,
      },
    ]),
  );
}

function hopHasEnded(state: DeliveryState, fact: DeliveryFact): boolean {
  return state.status !== 'none' && fact.hop <= state.hop;
}

function canReopenAt(state: DeliveryState, fact: DeliveryReopened): boolean {
  // a projection that begins in the middle of the log has not seen how it ended
  if (state.status === 'none') return true;
  return state.completedAtMs !== null ? fact.hop >= state.hop : fact.hop > state.hop;
}

function waiting(state: DeliveryState, fact: DeliveryDeferred | DeliveryReopened): DeliveryState {
  const common = { ...progress(state, fact), nextAttemptAtMs: fact.dueAtMs, completedAtMs: null };
  return common.attempts === 0 ? { ...common, status: 'pending' } : { ...common, status: 'retrying' };
}

function progress(state: DeliveryState, fact: DeliveryFact): DeliveryProgress {
  const attempt: AttemptRecord | undefined = 'attempt' in fact ? fact.attempt : undefined;
  const before = state.status === 'none' ? { lastStatus: null, lastError: null } : state;
  const { deliveryId, endpointId, tenant, eventId, eventSeq, type, acceptedAtMs, apiVersion } = fact;
  return {
    delivery: { deliveryId, endpointId, tenant, eventId, eventSeq, type, acceptedAtMs, apiVersion },
    hop: fact.hop,
    attempts: fact.attemptsMade,
    attemptsBeforeReopen: fact.attemptsBeforeReopen,
    lastStatus: attempt ? (attempt.response?.status ?? null) : before.lastStatus,
    lastError: attempt ? (attempt.error ?? null) : before.lastError,
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
