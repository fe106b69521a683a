import { encodeFacts, factSubject, type DeliveryDiscarded, type EventDiscarded } from '@postel/contracts';
import { decideDiscard, finishedState, type DiscardDecision } from '@postel/domain';
import type { OutgoingMessage } from '@postel/jetstream';
import type { DeadDelivery, InvalidEvent } from '@postel/postgres';

/** Who throws dead letters away, and when; of many together, which request. */
export interface Discarding {
  readonly tenant: string;
  readonly actor: string;
  readonly nowMs: number;
  readonly request?: string;
}

export function discardDelivery(dead: DeadDelivery, { actor, nowMs, request }: Discarding): DiscardDecision {
  const state = { ...finishedState(dead, nowMs), status: 'dead', reason: dead.reason } as const;
  const decision = decideDiscard(state, actor, nowMs);
  if (!decision.ok || request === undefined) return decision;
  return { ok: true, fact: { ...decision.fact, request } };
}

export function discardEvent(event: InvalidEvent, by: Discarding): EventDiscarded {
  const { eventId, eventSeq, type, acceptedAtMs } = event;
  const { tenant, actor, nowMs: atMs, request } = by;
  const about = { tenant, eventId, eventSeq, type, acceptedAtMs, atMs, actor };
  return { v: 1, fact: 'event.discarded', ...about, ...(request === undefined ? {} : { request }) };
}

/** Asked for twice at the same time it is one fact: its message id says what it is about. */
export function discardMessage(fact: DeliveryDiscarded | EventDiscarded): OutgoingMessage {
  const about = fact.fact === 'event.discarded' ? fact.eventSeq : `${fact.deliveryId}:${fact.hop}`;
  return {
    subject: factSubject(fact),
    payload: encodeFacts([fact]),
    messageId: `${about}:${fact.fact}`,
  };
}
