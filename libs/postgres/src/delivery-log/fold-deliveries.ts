import type {
  AttemptRecord,
  CreatedDelivery,
  DeliveryFact,
  EventFannedOut,
  LogFact,
} from '@postel/contracts';
import type { DeliveryStatus } from './delivery.js';

/** A fact with its position in LOG. */
export interface PositionedFact<Fact extends LogFact = LogFact> {
  readonly seq: number;
  readonly fact: Fact;
}

/** What one or more facts change in a delivery's row. */
export interface DeliveryChange {
  readonly deliveryId: string;
  readonly acceptedAtMs: number;
  readonly logSeq: number;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly hop: number;
  readonly attemptsBeforeReopen: number;
  readonly nextAttemptAtMs: number | null;
  /** Absent: stays as it is. */
  readonly last?: LastAnswer;
  /** Absent: stays as it is. */
  readonly completedAtMs?: number | null;
}

export interface LastAnswer {
  readonly status: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

export interface NewDelivery {
  readonly seq: number;
  readonly ordinal: number;
  readonly fact: EventFannedOut;
  readonly delivery: CreatedDelivery;
  /** What facts of the same batch did to it after its creation. */
  change?: DeliveryChange;
}

export interface StoredAttempt {
  readonly seq: number;
  readonly fact: DeliveryFact;
  readonly attempt: AttemptRecord;
}

export interface FoldedBatch {
  /** To rows of earlier batches; to be applied before the new ones are written. */
  readonly changes: readonly DeliveryChange[];
  readonly created: readonly NewDelivery[];
  readonly attempts: readonly StoredAttempt[];
}

/** One row a delivery for a batch of facts in log order, with the result that one by one they would have. */
export function foldDeliveries(facts: readonly PositionedFact[]): FoldedBatch {
  const changes = new Map<string, DeliveryChange>();
  const created = new Map<string, NewDelivery>();
  const attempts: StoredAttempt[] = [];
  for (const { seq, fact } of facts) {
    if (fact.fact === 'event.fanned_out') {
      fact.deliveries.forEach((delivery, ordinal) => {
        if (!created.has(delivery.deliveryId))
          created.set(delivery.deliveryId, { seq, ordinal, fact, delivery });
      });
    } else if (fact.fact !== 'event.unmatched' && fact.fact !== 'event.invalid') {
      const fresh = created.get(fact.deliveryId);
      if (fresh) fresh.change = following(fresh.change, changeOf(seq, fact));
      else changes.set(fact.deliveryId, following(changes.get(fact.deliveryId), changeOf(seq, fact)));
      const attempt = attemptOf(fact);
      if (attempt) attempts.push({ seq, fact, attempt });
    }
  }
  return { changes: [...changes.values()], created: [...created.values()], attempts };
}

/** The later change wins; what it leaves as it is comes from the earlier one. */
function following(earlier: DeliveryChange | undefined, later: DeliveryChange): DeliveryChange {
  return earlier ? { ...earlier, ...later } : later;
}

function attemptOf(fact: DeliveryFact): AttemptRecord | undefined {
  return 'attempt' in fact ? fact.attempt : undefined;
}

/** All attempts so far, the one inside the fact included. */
export function attemptsAfter(fact: DeliveryFact): number {
  return Math.max(fact.attemptsMade, attemptOf(fact)?.number ?? 0);
}

function changeOf(seq: number, fact: DeliveryFact): DeliveryChange {
  const attempts = attemptsAfter(fact);
  const { deliveryId, acceptedAtMs, hop, attemptsBeforeReopen } = fact;
  const common = { deliveryId, acceptedAtMs, logSeq: seq, attempts, hop, attemptsBeforeReopen };
  const unfinished = attempts > 0 ? ('retrying' as const) : ('pending' as const);
  switch (fact.fact) {
    case 'delivery.succeeded':
      return {
        ...common,
        status: 'succeeded',
        nextAttemptAtMs: null,
        last: lastAnswerOf(fact.attempt),
        completedAtMs: fact.atMs,
      };
    case 'delivery.deferred':
      return {
        ...common,
        status: unfinished,
        // Nobody knows when a paused endpoint will go on.
        nextAttemptAtMs: fact.reason === 'paused' ? null : fact.dueAtMs,
        completedAtMs: null,
        ...(fact.attempt && { last: lastAnswerOf(fact.attempt) }),
      };
    case 'delivery.died':
      return {
        ...common,
        status: 'dead',
        nextAttemptAtMs: null,
        last: {
          status: fact.lastStatus,
          errorCode: fact.lastError?.code ?? null,
          errorMessage: fact.lastError?.message ?? null,
        },
        completedAtMs: fact.atMs,
      };
    case 'delivery.reopened':
      return { ...common, status: unfinished, nextAttemptAtMs: fact.dueAtMs, completedAtMs: null };
    case 'delivery.discarded':
      return { ...common, status: 'discarded', nextAttemptAtMs: null };
  }
}

function lastAnswerOf(attempt: AttemptRecord): LastAnswer {
  return {
    status: attempt.response?.status ?? null,
    errorCode: attempt.error?.code ?? null,
    errorMessage: attempt.error?.message ?? null,
  };
}
