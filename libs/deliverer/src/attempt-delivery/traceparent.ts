import type { DeliveryMeta } from '@postel/contracts';
import { hash } from 'node:crypto';

/**
 * The trace context of an attempt whose producer sent none: one trace for all that becomes of an event, one parent for
 * each attempt, not sampled (W3C Trace Context, section 3.2). Ids, not secrets: a fast hash will do.
 */
export function traceparentOf(
  { eventId, eventSeq, deliveryId }: DeliveryMeta,
  attemptNumber: number,
): string {
  const traceId = hash('md5', `${eventId}:${eventSeq}`);
  return `00-${traceId}-${parentIdOf(deliveryId, attemptNumber)}-00`;
}

/** FNV-1a, twice. Never all zeros, which the standard forbids. */
function parentIdOf(deliveryId: string, attemptNumber: number): string {
  let high = 0x811c9dc5 ^ attemptNumber;
  let low = 0x01000193 + attemptNumber;
  for (let i = 0; i < deliveryId.length; i++) {
    const code = deliveryId.charCodeAt(i);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x85ebca6b);
  }
  return hex(high) + hex(low | 1);
}

const digits = Array.from({ length: 0x10000 }, (_, n) => n.toString(16).padStart(4, '0'));

/** By the half: a number's own `toString` and padding take several µs. */
function hex(value: number): string {
  return (digits[value >>> 16] as string) + (digits[value & 0xffff] as string);
}
