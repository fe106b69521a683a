import type { DeliveryMeta } from '@postel/contracts';
import { hash } from 'node:crypto';

/**
 * The trace context of an attempt whose producer sent none: one trace for all that becomes of an event, one parent for
 * each attempt, not sampled (W3C Trace Context, section 3.2).
 */
export function traceparentOf(
  { eventId, eventSeq, deliveryId }: DeliveryMeta,
  attemptNumber: number,
): string {
  const traceId = hash('sha256', `${eventId}:${eventSeq}`).slice(0, 32);
  const parentId = hash('sha256', `${deliveryId}:${attemptNumber}`).slice(0, 16);
  return `00-${traceId}-${parentId}-00`;
}
