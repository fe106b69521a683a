import type {
  AttemptRecord,
  DeferReason,
  DeliveryCreated,
  DeliveryDeferred,
  DeliveryDied,
  DeliveryDiscarded,
  DeliveryOrdering,
  DeliveryReopened,
  DeliverySucceeded,
  EventErased,
  EventFannedOut,
  EventInvalid,
} from '@postel/contracts';
import type { NewArchivedEvent } from './event-archive/event-archive.js';

export const startMs = Date.UTC(2026, 10, 22, 12);

/** Event `n` of a test: its position, id and times follow from the number. */
function eventPart(n: number) {
  return {
    v: 1 as const,
    tenant: 'default',
    eventId: `evt_${n}`,
    eventSeq: n,
    type: 'order.created',
    acceptedAtMs: startMs + n,
    atMs: startMs + n + 5,
  };
}

export function fannedOut(n: number, endpointIds: readonly string[] = ['ep_1']): EventFannedOut {
  const deliveries = endpointIds.map((endpointId) => ({
    deliveryId: deliveryId(n, endpointId),
    endpointId,
    url: `https://example.com/${endpointId}`,
    apiVersion: '2024-01-01' as const,
  }));
  return { ...eventPart(n), fact: 'event.fanned_out', deliveries, part: 0 };
}

export function deliveryId(n: number, endpointId = 'ep_1'): string {
  return `dlv_${n}_${endpointId}`;
}

export interface DeliveryPart {
  readonly endpointId?: string;
  readonly hop?: number;
  readonly attemptsMade?: number;
  readonly attemptsBeforeReopen?: number;
  readonly atMs?: number;
  readonly ordering?: DeliveryOrdering;
  readonly reopenedAtMs?: number;
}

function deliveryPart(n: number, part: DeliveryPart) {
  const { endpointId = 'ep_1', hop = 1, attemptsMade = 1, attemptsBeforeReopen = 0 } = part;
  return {
    ...eventPart(n),
    ...(part.atMs === undefined ? {} : { atMs: part.atMs }),
    deliveryId: deliveryId(n, endpointId),
    endpointId,
    hop,
    attemptsMade,
    attemptsBeforeReopen,
    apiVersion: '2024-01-01' as const,
    ...(part.ordering ? { ordering: part.ordering } : {}),
    ...(part.reopenedAtMs === undefined ? {} : { reopenedAtMs: part.reopenedAtMs }),
  };
}

export function attempt(number: number, changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    attemptId: `att_${number}`,
    number,
    startedAtMs: startMs + 1_000 * number,
    durationMs: 12.5,
    timing: { connectMs: 1, firstByteMs: 11 },
    request: { url: 'https://example.com/hook', headers: { 'content-type': 'application/json' } },
    response: { status: 200, headers: { server: 'x' }, body: 'ok', truncated: false },
    outcome: 'succeeded',
    ...changes,
  };
}

export function failure(number: number, status = 503): AttemptRecord {
  const response = { status, headers: {}, body: 'no', truncated: false };
  return attempt(number, { response, outcome: 'retry', durationMs: 100 });
}

/** A replay: one more delivery of event `n`, to an endpoint that may have had it. */
export function replayed(n: number, id: string, atMs = startMs + 1_000): DeliveryCreated {
  return {
    ...deliveryPart(n, { attemptsMade: 0, atMs }),
    fact: 'delivery.created',
    deliveryId: id,
    url: 'https://example.com/ep_1',
    by: 'replay',
    actor: 'admin',
    dueAtMs: atMs,
    lane: 'bulk',
  };
}

export function succeeded(n: number, part: DeliveryPart = {}): DeliverySucceeded {
  return { ...deliveryPart(n, part), fact: 'delivery.succeeded', attempt: attempt(part.attemptsMade ?? 1) };
}

export function deferred(
  n: number,
  part: DeliveryPart & {
    readonly dueAtMs?: number;
    readonly reason?: DeferReason;
    readonly attempt?: AttemptRecord;
  } = {},
): DeliveryDeferred {
  const { reason = 'retry', dueAtMs = startMs + 60_000 } = part;
  const base = {
    ...deliveryPart(n, part),
    fact: 'delivery.deferred' as const,
    reason,
    dueAtMs,
    lane: 'retry' as const,
  };
  return reason === 'retry' ? { ...base, attempt: part.attempt ?? failure(base.attemptsMade) } : base;
}

export function died(n: number, part: DeliveryPart = {}): DeliveryDied {
  return {
    ...deliveryPart(n, part),
    fact: 'delivery.died',
    reason: 'exhausted',
    lastStatus: 503,
    lastError: { code: 'http_status', message: 'answered 503' },
    attempt: { ...failure(part.attemptsMade ?? 1), outcome: 'dead' },
  };
}

export function reopened(
  n: number,
  part: DeliveryPart & { readonly dueAtMs?: number } = {},
): DeliveryReopened {
  const { dueAtMs = startMs + 90_000 } = part;
  const by = { by: 'redrive' as const, actor: 'admin', lane: 'bulk' as const };
  return { ...deliveryPart(n, part), fact: 'delivery.reopened', ...by, dueAtMs };
}

export function discarded(n: number, part: DeliveryPart = {}): DeliveryDiscarded {
  return { ...deliveryPart(n, part), fact: 'delivery.discarded' };
}

export function invalidEvent(n: number): EventInvalid {
  return { ...eventPart(n), fact: 'event.invalid', code: 'malformed_json', message: 'not JSON', path: '' };
}

export function erased(n: number, changes: Partial<EventErased> = {}): EventErased {
  const about = { createdAtMs: startMs, door: 'http', valid: true, actor: 'admin' } as const;
  return { ...eventPart(n), fact: 'event.erased', ...about, ...changes };
}

export function archived(n: number, changes: Partial<NewArchivedEvent> = {}): NewArchivedEvent {
  return {
    acceptedAtMs: startMs + n,
    seq: n,
    tenant: 'default',
    id: `evt_${n}`,
    type: 'order.created',
    createdAtMs: startMs,
    door: 'http',
    channels: [],
    payload: Buffer.from(`{"n":${n}}`),
    headers: { 'Postel-Tenant': 'default' },
    valid: true,
    ...changes,
  };
}
