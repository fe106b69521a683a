import {
  backoffPolicy,
  type AttemptRecord,
  type DeliveryFact,
  type DeliveryMeta,
  type EventFannedOut,
  type RetryPolicy,
} from '@postel/contracts';
import { concludeAttempt, type HopOutcome } from './conclude-attempt.js';
import { deliveriesOf, evolveDelivery, initialDelivery, type DeliveryState } from './delivery-state.js';

/** One delivery that the specs of this folder tell of. */
export const meta: DeliveryMeta = {
  deliveryId: 'dlv_1',
  endpointId: 'ep_1',
  tenant: 'default',
  eventId: 'evt_1',
  eventSeq: 7,
  type: 'order.created',
  acceptedAtMs: 100,
  hop: 1,
  attemptsMade: 0,
  attemptsBeforeReopen: 0,
  apiVersion: '2024-01-01',
};
export const policy: RetryPolicy = backoffPolicy.parse({ maxAttempts: 3, jitter: 0 });

export function attempt(
  number: number,
  ending: { status?: number; error?: string; retryAfter?: string },
): Omit<AttemptRecord, 'outcome'> {
  const headers: Record<string, string> = ending.retryAfter ? { 'retry-after': ending.retryAfter } : {};
  return {
    attemptId: `att_${number}`,
    number,
    startedAtMs: 0,
    durationMs: 5,
    timing: {},
    request: { url: 'https://example.com/', headers: {} },
    ...(ending.status === undefined
      ? {}
      : { response: { status: ending.status, headers, body: '', truncated: false } }),
    ...(ending.error === undefined ? {} : { error: { code: ending.error, message: ending.error } }),
  };
}

export function conclude(
  ending: Parameters<typeof attempt>[1],
  from: Partial<DeliveryMeta> = {},
): HopOutcome {
  const at = { ...meta, ...from };
  return concludeAttempt({
    meta: at,
    attempt: attempt(at.attemptsMade + 1, ending),
    policy,
    random: 0,
    nowMs: 1_000,
  });
}

export const fannedOut: EventFannedOut = {
  v: 1,
  fact: 'event.fanned_out',
  tenant: meta.tenant,
  eventId: meta.eventId,
  eventSeq: meta.eventSeq,
  type: meta.type,
  acceptedAtMs: meta.acceptedAtMs,
  atMs: 101,
  part: 0,
  deliveries: [
    { deliveryId: 'dlv_1', endpointId: 'ep_1', url: 'https://example.com/', apiVersion: '2024-01-01' },
  ],
};

export function pendingDelivery(): DeliveryState {
  return deliveriesOf(fannedOut).get('dlv_1') ?? initialDelivery;
}

export function evolved(...facts: DeliveryFact[]): DeliveryState {
  return facts.reduce(evolveDelivery, pendingDelivery());
}
