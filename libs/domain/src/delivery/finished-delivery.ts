import type { DeliveryOrdering, DeliveryReopened } from '@postel/contracts';
import type { DeliveryState } from './delivery-state.js';

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

/** That it is finished is all that a reopening needs to know; how it ended makes no difference to it. */
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
    url: null,
    lastStatus: null,
    lastError: null,
    nextAttemptAtMs: null,
    completedAtMs: nowMs,
  };
}
