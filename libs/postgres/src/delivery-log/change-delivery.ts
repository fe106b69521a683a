import type { AttemptError, DeliveryFact } from '@postel/contracts';
import { dueAtMsOf } from '@postel/domain';

/** What a fact says for a delivery's row; what it has no word on stays (a lost attempt's answer, for one). */
export interface DeliveryChange {
  /** It tells of an attempt: its answer takes the place of the last one, also where it had none. */
  readonly setsLast: boolean;
  /** Where its attempt went. */
  readonly url: string | null;
  readonly lastStatus: number | null;
  readonly lastError: AttemptError | null;
  readonly nextAttemptAtMs: number | null;
  readonly completedAtMs: number | null;
}

const nothing = {
  setsLast: false,
  url: null,
  lastStatus: null,
  lastError: null,
  nextAttemptAtMs: null,
  completedAtMs: null,
} satisfies DeliveryChange;

export function changeOf(fact: DeliveryFact): DeliveryChange {
  switch (fact.fact) {
    case 'delivery.succeeded':
      return { ...nothing, ...answerOf(fact), completedAtMs: fact.atMs };
    case 'delivery.deferred':
      return { ...nothing, ...answerOf(fact), nextAttemptAtMs: dueAtMsOf(fact) };
    case 'delivery.died': {
      const answer = answerOf(fact);
      return {
        ...answer,
        lastStatus: fact.lastStatus ?? answer.lastStatus,
        lastError: fact.lastError ?? answer.lastError,
        nextAttemptAtMs: null,
        completedAtMs: fact.atMs,
      };
    }
    case 'delivery.reopened':
      return { ...nothing, nextAttemptAtMs: fact.dueAtMs };
    case 'delivery.discarded':
      return { ...nothing, completedAtMs: fact.atMs };
  }
}

function answerOf(fact: DeliveryFact): Pick<DeliveryChange, 'setsLast' | 'url' | 'lastStatus' | 'lastError'> {
  const attempt = 'attempt' in fact ? fact.attempt : undefined;
  return {
    setsLast: attempt !== undefined,
    url: attempt?.request.url ?? null,
    lastStatus: attempt?.response?.status ?? null,
    lastError: attempt?.error ?? null,
  };
}
