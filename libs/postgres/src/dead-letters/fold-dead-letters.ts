import { createHash } from 'node:crypto';
import type { DeliveryDied, EventInvalid } from '@postel/contracts';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';

export interface FoldedDeadLetters {
  /** Deliveries whose dead letters from before this position are gone. */
  readonly removed: readonly { readonly deliveryId: string; readonly seq: number }[];
  readonly died: readonly PositionedFact<DeliveryDied>[];
  readonly invalid: readonly PositionedFact<EventInvalid>[];
}

/** What a batch of facts in log order leaves: a delivery has at most one dead letter. */
export function foldDeadLetters(facts: readonly PositionedFact[]): FoldedDeadLetters {
  const died = new Map<string, PositionedFact<DeliveryDied>>();
  const removed = new Map<string, number>();
  const invalid: PositionedFact<EventInvalid>[] = [];
  for (const { seq, fact } of facts) {
    switch (fact.fact) {
      case 'event.invalid':
        invalid.push({ seq, fact });
        break;
      case 'delivery.died':
        died.set(fact.deliveryId, { seq, fact });
        break;
      case 'delivery.reopened':
      case 'delivery.discarded':
        died.delete(fact.deliveryId);
        removed.set(fact.deliveryId, seq);
        break;
      case 'event.fanned_out':
      case 'event.unmatched':
      case 'delivery.succeeded':
      case 'delivery.deferred':
        break;
    }
  }
  return {
    removed: [...removed].map(([deliveryId, seq]) => ({ deliveryId, seq })),
    died: [...died.values()],
    invalid,
  };
}

/** The same for the same fact, so that a rebuilt table has the ids that people wrote down. */
export function deadLetterId({ seq, fact }: PositionedFact<DeliveryDied | EventInvalid>): string {
  const source = fact.fact === 'delivery.died' ? `${fact.deliveryId}:${seq}` : `event:${fact.eventSeq}`;
  return `dl_${createHash('sha256').update(source).digest('base64url').slice(0, 24)}`;
}
