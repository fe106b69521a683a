import type { DeliveryMeta } from '@postel/contracts';
import { createHash } from 'node:crypto';

/**
 * The trace context of an attempt whose producer sent none: one trace for all that becomes of an event, one parent for
 * each attempt, not sampled (W3C Trace Context, section 3.2).
 */
export function traceparentOf(
  { eventId, eventSeq, deliveryId }: DeliveryMeta,
  attemptNumber: number,
): string {
  const traceId = createHash('sha256').update(`${eventId}:${eventSeq}`).digest('hex').slice(0, 32);
  const parentId = createHash('sha256').update(`${deliveryId}:${attemptNumber}`).digest('hex').slice(0, 16);
  return `00-${traceId}-${parentId}-00`;
}
