import type { ApiVersion } from './api-version.js';

/**
 * What travels with the body of a delivery through the stream DELIVERIES, in the header `Postel-Delivery`.
 * Short-lived: it holds no more than the attempt needs.
 */
export interface DeliveryMeta {
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly tenant: string;
  readonly eventId: string;
  /** Position of the event in EVENTS. */
  readonly eventSeq: number;
  readonly type: string;
  readonly acceptedAtMs: number;
  /** Passages through DELIVERIES, from 1; `Nats-Msg-Id` is delivery and hop. */
  readonly hop: number;
  /** Attempts already made, over the whole life of the delivery. */
  readonly attemptsMade: number;
  /** Attempts made before it was last reopened: the retry policy counts from here. */
  readonly attemptsBeforeReopen: number;
  readonly apiVersion: ApiVersion;
  /** What the dispatcher knew of CONFIG: an endpoint that is missing at or after this position is really gone. */
  readonly configSequence?: number;
}

/** The broker drops a second message of the same delivery and hop as a duplicate. */
export function deliveryMessageId(meta: Pick<DeliveryMeta, 'deliveryId' | 'hop'>): string {
  return `${meta.deliveryId}:${meta.hop}`;
}
