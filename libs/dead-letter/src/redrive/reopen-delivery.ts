import {
  encodeFacts,
  factSubject,
  type DeliveryOrdering,
  type DeliveryReopened,
  type Refusal,
} from '@postel/contracts';
import { decideReopen, type DeliveryState } from '@postel/domain';
import type { DeadLetterParts } from '../parts.js';

/** What the tables know of a delivery that may be reopened. */
export interface FinishedDelivery {
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly tenant: string;
  readonly eventId: string;
  readonly eventSeq: number;
  readonly type: string;
  readonly acceptedAtMs: number;
  readonly apiVersion: DeliveryReopened['apiVersion'];
  readonly hop: number;
  readonly attemptsMade: number;
  readonly attemptsBeforeReopen: number;
  readonly ordering?: DeliveryOrdering;
}

export type Reopened = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };

/**
 * Reopening is one fact; the waiting room makes the delivery of it. Asking twice at the same time is one reopening:
 * the fact's message id has the hop that it follows.
 * @throws {PublishError}
 */
export async function reopenDelivery(
  delivery: FinishedDelivery,
  { request, ...command }: { by: 'retry' | 'redrive'; actor: string; request?: string },
  parts: Pick<DeadLetterParts, 'tables' | 'log' | 'nowMs'>,
): Promise<Reopened> {
  const entry = parts.tables.endpoint(delivery.endpointId);
  const status = entry?.state.tenant === delivery.tenant ? entry.state.status : 'deleted';
  const decision = decideReopen(
    { ...command, nowMs: parts.nowMs() },
    finishedState(delivery, parts.nowMs()),
    status,
  );
  if (!decision.ok) return decision;
  const fact = request === undefined ? decision.fact : { ...decision.fact, request };
  await parts.log.publish({
    subject: factSubject(fact),
    payload: encodeFacts([fact]),
    messageId: `${fact.deliveryId}:${fact.hop}:${fact.fact}`,
  });
  return { ok: true };
}

/** That it is finished is all the decision needs to know; how it ended makes no difference to it. */
export function finishedState(
  delivery: FinishedDelivery,
  nowMs: number,
): Extract<DeliveryState, { status: 'succeeded' | 'discarded' }> {
  const { deliveryId, endpointId, tenant, eventId, eventSeq, type, acceptedAtMs, apiVersion, ordering } =
    delivery;
  return {
    status: 'succeeded',
    delivery: {
      deliveryId,
      endpointId,
      tenant,
      eventId,
      eventSeq,
      type,
      acceptedAtMs,
      apiVersion,
      ...(ordering ? { ordering } : {}),
    },
    hop: delivery.hop,
    attempts: delivery.attemptsMade,
    attemptsBeforeReopen: delivery.attemptsBeforeReopen,
    lastStatus: null,
    lastError: null,
    nextAttemptAtMs: null,
    completedAtMs: nowMs,
  };
}
