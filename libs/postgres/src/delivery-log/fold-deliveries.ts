import type {
  AttemptRecord,
  CreatedDelivery,
  DeliveryCreated,
  DeliveryFact,
  EventFact,
  EventFannedOut,
  LogFact,
} from '@postel/contracts';
import { createdBy, deliveriesOf, evolveDelivery, type DeliveryState } from '@postel/domain';

/** A fact with its position in LOG. */
export interface PositionedFact<Fact extends LogFact = LogFact> {
  readonly seq: number;
  readonly fact: Fact;
}

export interface NewDelivery {
  readonly seq: number;
  readonly ordinal: number;
  readonly fact: EventFannedOut | DeliveryCreated;
  readonly delivery: CreatedDelivery;
  /** What facts of the same batch made of it after its creation. */
  state: Exclude<DeliveryState, { status: 'none' }>;
  /** Position of the last fact that changed it. */
  logSeq: number;
}

export interface StoredAttempt {
  readonly seq: number;
  readonly fact: DeliveryFact;
  readonly attempt: AttemptRecord;
}

export type PositionedDeliveryFact = PositionedFact<DeliveryFact>;

export interface FoldedBatch {
  readonly created: readonly NewDelivery[];
  /** Of deliveries of earlier batches. */
  readonly later: readonly PositionedDeliveryFact[];
  /** Of deliveries of this batch: already in their `state`. */
  readonly included: readonly PositionedDeliveryFact[];
  readonly attempts: readonly StoredAttempt[];
}

/** Takes a batch of facts in log order apart. */
export function foldDeliveries(facts: readonly PositionedFact[]): FoldedBatch {
  const created = new Map<string, NewDelivery>();
  const later: PositionedDeliveryFact[] = [];
  const included: PositionedDeliveryFact[] = [];
  const attempts = new Map<string, StoredAttempt>();
  for (const { seq, fact } of facts) {
    if (fact.fact === 'event.fanned_out' || fact.fact === 'delivery.created') {
      for (const fresh of freshBy(seq, fact)) {
        const { deliveryId } = fresh.delivery;
        if (!created.has(deliveryId)) created.set(deliveryId, fresh);
      }
    } else if (!isOfEvent(fact)) {
      const fresh = created.get(fact.deliveryId);
      if (fresh) follow(fresh, seq, fact);
      (fresh ? included : later).push({ seq, fact });
      noteAttempt(attempts, seq, fact);
    }
  }
  return { created: [...created.values()], later, included, attempts: [...attempts.values()] };
}

export function isOfEvent(fact: Exclude<LogFact, DeliveryCreated>): fact is EventFact {
  return !('deliveryId' in fact);
}

export function freshBy(seq: number, fact: EventFannedOut | DeliveryCreated): NewDelivery[] {
  const states = deliveriesOf(fact);
  return createdBy(fact).flatMap((delivery, ordinal) => {
    const state = states.get(delivery.deliveryId);
    return state && state.status !== 'none' ? [{ seq, ordinal, fact, delivery, state, logSeq: seq }] : [];
  });
}

export function follow(fresh: NewDelivery, seq: number, fact: DeliveryFact): void {
  const state = evolveDelivery(fresh.state, fact);
  if (state === fresh.state || state.status === 'none') return;
  fresh.state = state;
  fresh.logSeq = seq;
}

/** Two owners may have made two attempts with the same number: the successful one stays, or else the first. */
function noteAttempt(attempts: Map<string, StoredAttempt>, seq: number, fact: DeliveryFact): void {
  const attempt = 'attempt' in fact ? fact.attempt : undefined;
  if (!attempt) return;
  const key = `${attempt.number} ${fact.deliveryId}`;
  const known = attempts.get(key);
  if (!known || (attempt.outcome === 'succeeded' && known.attempt.outcome !== 'succeeded')) {
    attempts.set(key, { seq, fact, attempt });
  }
}

/** In rounds of at most one fact a delivery, because a statement changes a row once; their order is kept. */
export function roundsOf(facts: readonly PositionedDeliveryFact[]): PositionedDeliveryFact[][] {
  const rounds: PositionedDeliveryFact[][] = [];
  const counts = new Map<string, number>();
  for (const positioned of facts) {
    const round = counts.get(positioned.fact.deliveryId) ?? 0;
    counts.set(positioned.fact.deliveryId, round + 1);
    const members = rounds[round];
    if (members) members.push(positioned);
    else rounds.push([positioned]);
  }
  return rounds;
}
