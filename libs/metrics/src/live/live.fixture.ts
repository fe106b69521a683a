import type {
  AttemptRecord,
  DeliveryCreated,
  DeliveryDeferred,
  DeliveryDied,
  DeliverySucceeded,
  EventFannedOut,
  EventUnmatched,
} from '@postel/contracts';

const startMs = Date.UTC(2026, 10, 22, 12);

interface About {
  readonly tenant?: string;
  readonly type?: string;
  readonly eventId?: string;
}

/** Event `n`: its position, id and times follow from the number. */
function eventPart(n: number, about: About = {}) {
  return {
    v: 1 as const,
    tenant: 'acme',
    eventId: `evt_${n}`,
    eventSeq: n,
    type: 'order.created',
    acceptedAtMs: startMs + n,
    atMs: startMs + n + 5,
    ...about,
  };
}

export function fannedOut(n: number, endpointIds = ['ep_1'], about: About = {}): EventFannedOut {
  const deliveries = endpointIds.map((endpointId) => ({
    deliveryId: `dlv_${n}_${endpointId}`,
    endpointId,
    url: `http://${endpointId}`,
    apiVersion: '2024-01-01' as const,
  }));
  return { ...eventPart(n, about), fact: 'event.fanned_out', part: 0, deliveries };
}

export function unmatched(n: number, about: About = {}): EventUnmatched {
  return { ...eventPart(n, about), fact: 'event.unmatched' };
}

function deliveryPart(n: number, hop: number, endpointId = 'ep_1') {
  const deliveryId = `dlv_${n}_${endpointId}`;
  const counts = { hop, attemptsMade: hop, attemptsBeforeReopen: 0 };
  return { ...eventPart(n), ...counts, deliveryId, endpointId, apiVersion: '2024-01-01' as const };
}

function attempt(number: number, status: number, outcome: AttemptRecord['outcome']): AttemptRecord {
  return {
    attemptId: `att_${number}`,
    number,
    startedAtMs: startMs + 1_000 * number,
    durationMs: 12.5,
    timing: {},
    request: { url: 'http://attempted', headers: {} },
    response: { status, headers: {}, body: 'a body', truncated: false },
    outcome,
  };
}

export function created(n: number): DeliveryCreated {
  return {
    ...deliveryPart(n, 1),
    fact: 'delivery.created',
    attemptsMade: 0,
    url: 'http://ep_1',
    by: 'replay',
    actor: 'admin',
    dueAtMs: startMs,
    lane: 'bulk',
  };
}

export function deferred(n: number): DeliveryDeferred {
  const dueAtMs = startMs + 60_000;
  const part = deliveryPart(n, 1);
  return {
    ...part,
    fact: 'delivery.deferred',
    reason: 'retry',
    lane: 'retry',
    dueAtMs,
    attempt: attempt(1, 503, 'retry'),
  };
}

export function succeeded(n: number, hop: number): DeliverySucceeded {
  return { ...deliveryPart(n, hop), fact: 'delivery.succeeded', attempt: attempt(hop, 200, 'succeeded') };
}

export function died(n: number, endpointId = 'ep_1', changes: Partial<DeliveryDied> = {}): DeliveryDied {
  const part = deliveryPart(n, 1, endpointId);
  return {
    ...part,
    fact: 'delivery.died',
    reason: 'exhausted',
    lastStatus: 503,
    lastError: null,
    ...changes,
  };
}
