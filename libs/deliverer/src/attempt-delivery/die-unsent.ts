import type { DeadLetterReason, DeliveryDied, DeliveryMeta } from '@postel/contracts';
import { dieWithoutAttempt } from '@postel/domain';
import { inTrace } from '@postel/jetstream';

type LastAttempt = Parameters<typeof dieWithoutAttempt>[3];

/** A delivery ends in a hop in which nothing was sent, in the trace that its next attempt would have been in. */
export function dieUnsent(
  meta: DeliveryMeta,
  reason: DeadLetterReason,
  nowMs: number,
  last?: LastAttempt,
): DeliveryDied {
  return inTrace(dieWithoutAttempt(meta, reason, nowMs, last), meta.traceparent);
}
