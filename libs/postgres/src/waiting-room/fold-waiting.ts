import { attemptsAfter, type PositionedFact } from '../delivery-log/fold-deliveries.js';
import type { DeliveryDeferred, DeliveryReopened } from '@postel/contracts';
import type { WaitingRow } from './waiting-row.js';

export interface FoldedWaiting {
  /** Deliveries that ended, with the hop that ended them: rows of that hop and below go. */
  readonly ended: readonly { readonly deliveryId: string; readonly hop: number }[];
  readonly waiting: readonly WaitingRow[];
}

/** A put-back has at least this hop, so a first hop that ended can have no row. */
const firstPutBackHop = 2;

/** What a batch of facts in log order leaves; a fact of a hop that is past changes nothing. */
export function foldWaiting(facts: readonly PositionedFact[]): FoldedWaiting {
  const waiting = new Map<string, WaitingRow>();
  const endedHops = new Map<string, number>();
  for (const { fact } of facts) {
    switch (fact.fact) {
      case 'delivery.deferred':
      case 'delivery.reopened': {
        const row = rowOf(fact);
        const knownHop = waiting.get(row.deliveryId)?.hop ?? endedHops.get(row.deliveryId) ?? 0;
        if (row.hop > knownHop) waiting.set(row.deliveryId, row);
        break;
      }
      case 'delivery.succeeded':
      case 'delivery.died': {
        if (fact.hop < firstPutBackHop) break; // the common case: nothing of it ever waited
        const row = waiting.get(fact.deliveryId);
        if (row && row.hop <= fact.hop) waiting.delete(fact.deliveryId);
        endedHops.set(fact.deliveryId, Math.max(fact.hop, endedHops.get(fact.deliveryId) ?? 0));
        break;
      }
      case 'event.fanned_out':
      case 'event.unmatched':
      case 'event.invalid':
      case 'delivery.discarded':
        break;
    }
  }
  return {
    ended: [...endedHops].map(([deliveryId, hop]) => ({ deliveryId, hop })),
    waiting: [...waiting.values()],
  };
}

function rowOf(fact: DeliveryDeferred | DeliveryReopened): WaitingRow {
  return {
    deliveryId: fact.deliveryId,
    endpointId: fact.endpointId,
    tenant: fact.tenant,
    eventId: fact.eventId,
    eventSeq: fact.eventSeq,
    type: fact.type,
    acceptedAtMs: fact.acceptedAtMs,
    hop: fact.hop + 1,
    attemptsMade: attemptsAfter(fact),
    attemptsBeforeReopen: fact.attemptsBeforeReopen,
    apiVersion: fact.apiVersion,
    dueAtMs: fact.dueAtMs,
    lane: fact.lane,
    reason: fact.fact === 'delivery.reopened' ? 'reopened' : fact.reason,
  };
}
