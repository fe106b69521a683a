import { createHash } from 'node:crypto';
import {
  factPosition,
  type DeliveryDeferred,
  type DeliveryDied,
  type DeliveryDiscarded,
  type DeliveryReopened,
  type DeliverySucceeded,
  type EventDiscarded,
  type EventInvalid,
} from '@postel/contracts';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';

export interface FoldedDeadLetters {
  /** Deliveries that are no longer dead, each by the fact that says so. */
  readonly removed: readonly PositionedFact<Revival>[];
  readonly died: readonly PositionedFact<DeliveryDied>[];
  readonly invalid: readonly PositionedFact<EventInvalid>[];
  /** Events that were not understood, and that nobody wants to see any more. */
  readonly discarded: readonly PositionedFact<EventDiscarded>[];
}

/** What takes a dead letter away, of an earlier hop or (a success, a reopening, a discard) of its own. */
export type Revival = DeliverySucceeded | DeliveryDeferred | DeliveryReopened | DeliveryDiscarded;

/**
 * What a batch of facts in log order leaves: a delivery has at most one dead letter, by the rules of `evolveDelivery`
 * as far as they need no more than the dead letter itself.
 */
export function foldDeadLetters(facts: readonly PositionedFact[]): FoldedDeadLetters {
  const died = new Map<string, PositionedFact<DeliveryDied>>();
  const removed: PositionedFact<Revival>[] = [];
  const succeeded = new Map<string, number>();
  const invalid: PositionedFact<EventInvalid>[] = [];
  const discarded: PositionedFact<EventDiscarded>[] = [];
  for (const { seq, fact } of facts) {
    switch (fact.fact) {
      case 'event.invalid':
        invalid.push({ seq, fact });
        break;
      case 'delivery.died': {
        const isLate = fact.attemptsBeforeReopen < (succeeded.get(fact.deliveryId) ?? 0);
        if (!isLate && fact.hop > (died.get(fact.deliveryId)?.fact.hop ?? -1)) {
          died.set(fact.deliveryId, { seq, fact });
        }
        break;
      }
      case 'delivery.succeeded':
        succeeded.set(fact.deliveryId, Math.max(fact.attemptsMade, succeeded.get(fact.deliveryId) ?? 0));
        revive(died, removed, { seq, fact });
        break;
      case 'delivery.reopened':
        succeeded.delete(fact.deliveryId);
        revive(died, removed, { seq, fact });
        break;
      case 'delivery.deferred':
      case 'delivery.discarded':
        revive(died, removed, { seq, fact });
        break;
      case 'event.fanned_out':
      case 'event.unmatched':
      case 'event.erased':
      case 'delivery.created':
        break;
      case 'event.discarded':
        discarded.push({ seq, fact });
        break;
    }
  }
  return { removed, died: [...died.values()], invalid, discarded };
}

function revive(
  died: Map<string, PositionedFact<DeliveryDied>>,
  removed: PositionedFact<Revival>[],
  revival: PositionedFact<Revival>,
): void {
  const { deliveryId } = revival.fact;
  const letter = died.get(deliveryId);
  if (letter && endsDeath(letter.fact, revival.fact)) died.delete(deliveryId);
  removed.push(revival);
}

function endsDeath(death: DeliveryDied, fact: Revival): boolean {
  switch (fact.fact) {
    case 'delivery.succeeded':
      return fact.attemptsMade > death.attemptsBeforeReopen;
    case 'delivery.deferred':
      return fact.hop > death.hop;
    // made of the last hop: what is told late of an earlier one ends too
    case 'delivery.reopened':
    case 'delivery.discarded':
      return fact.hop >= death.hop;
  }
}

/** Positions of facts of one message begin with this multiple of the message's own. */
const factsPerPosition = factPosition(1, 0);

/**
 * The same for the same fact, so that a rebuilt table has the ids that people wrote down: also those from when a fact
 * was a message, and its position the message's.
 */
export function deadLetterId({
  seq,
  fact,
}: PositionedFact<DeliveryDied | EventInvalid | EventDiscarded>): string {
  return fact.fact === 'delivery.died'
    ? letterIdOf(`${fact.deliveryId}:${Math.floor(seq / factsPerPosition)}`)
    : invalidEventLetterId(fact.eventSeq);
}

/** Of the dead letter of an event that was not understood. @param eventSeq its position in EVENTS */
export function invalidEventLetterId(eventSeq: number): string {
  return letterIdOf(`event:${eventSeq}`);
}

function letterIdOf(source: string): string {
  return `dl_${createHash('sha256').update(source).digest('base64url').slice(0, 24)}`;
}
