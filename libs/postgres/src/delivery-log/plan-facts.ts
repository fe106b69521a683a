import type { Steps } from '../connection/steps.js';
import type { CopyPart } from '../connection/store-new.js';
import {
  foldDeliveries,
  type FoldedBatch,
  type NewDelivery,
  type PositionedFact,
  type StoredAttempt,
} from './fold-deliveries.js';
import { attemptsAhead, copyPartsOfAttempts } from './write-attempts.js';
import { copyPartsOfDeliveries, deliveriesAhead } from './write-deliveries.js';

/** What facts come to, as far as no row has to be known for it. */
export interface PlannedFacts {
  readonly facts: readonly PositionedFact[];
  readonly folded: FoldedBatch;
  readonly deliveries: Iterable<CopyPart<NewDelivery>>;
  readonly attempts: Iterable<CopyPart<StoredAttempt>>;
}

export function planFacts(facts: readonly PositionedFact[]): PlannedFacts {
  const folded = foldDeliveries(facts);
  return {
    facts,
    folded,
    deliveries: copyPartsOfDeliveries(folded.created),
    attempts: copyPartsOfAttempts(folded.attempts),
  };
}

/** With all that it takes time to make. @returns `null` where something cannot be written: the writing finds out what */
export function* planFactsAhead(facts: readonly PositionedFact[]): Steps<PlannedFacts | null> {
  try {
    const folded = foldDeliveries(facts);
    yield;
    return {
      facts,
      folded,
      deliveries: yield* deliveriesAhead(folded.created),
      attempts: yield* attemptsAhead(folded.attempts),
    };
  } catch {
    return null;
  }
}
