import type { ConservationAnswer, CreatedDelivery, DeliveryFact, LogFact } from '@postel/contracts';
import { endpointNames, orderingOf, retryOf, type EndpointName } from '../endpoint-names.js';
import {
  endpointsOf,
  eventIdOf,
  eventKinds,
  parseEventId,
  type KindName,
} from '../publish-events/event-kinds.js';
import { answerTo } from '../receive-requests/answers.js';
import type { RequestRecord } from '../receive-requests/receiver-journal.js';
import type { DeadLetterRow, DeliveryRow } from '../read-tables/tables.js';
import type { Evidence } from './evidence.js';

/** What a test may doctor. */
export type Doctored = {
  -readonly [Key in keyof Evidence]: Evidence[Key] extends readonly (infer T)[] ? T[] : Evidence[Key];
};

export const deliveryIdOf = (eventId: string, endpoint: EndpointName) => `dlv_${eventId}_${endpoint}`;
const endpointIdOf = (endpoint: EndpointName) => `ep_${endpoint}`;

const kinds: readonly KindName[] = [
  'single',
  'wide',
  'wide',
  'doomed',
  'refused',
  'unmatched',
  'invalid',
  'keyed',
  'keyed',
  'dropped',
  'keyed',
  'keyless',
];
/** All that are keyed have this one. */
const orderingKey = 'a';
const time = '2026-01-01T00:00:00Z';
const eventStepMs = 1_000;

const goodConservation: ConservationAnswer = {
  asOf: { events: 12, log: 60, at: time },
  events: {
    accepted: 12,
    fannedOut: 10,
    unmatched: 1,
    invalid: 1,
    awaiting: 0,
    difference: 0,
    lost: [],
  },
  deliveries: {
    created: 20,
    succeeded: 17,
    pending: 0,
    retrying: 0,
    dead: 3,
    discarded: 0,
    difference: 0,
    missing: 0,
    unexpected: 0,
    missingIds: [],
  },
};

/** A run in which all went well: twelve events, one a second, each request 10 ms, each outcome stored 5 ms later. */
export function goodEvidence(): Doctored {
  const evidence: Doctored = {
    producer: [],
    requests: [],
    events: [],
    facts: [],
    deliveries: [],
    deadLetters: [],
    sequences: new Map(),
    conservation: goodConservation,
    alarms: [],
    endpoints: new Map(endpointNames.map((name) => [endpointIdOf(name), name])),
    disturbances: [{ what: 'dispatcher', process: 'dispatcher', how: 'killed', atMs: 500 }],
  };
  kinds.forEach((kind, index) => play(evidence, kind, index + 1));
  return evidence;
}

export function idOf(number: number): string {
  const kind = kinds[number - 1] as KindName;
  return eventIdOf({ run: 'test', number, kind, ...(eventKinds[kind].keyed ? { orderingKey } : {}) });
}

/** Of the delivery of an event to an ordered endpoint. */
function sequenceOf(eventId: string, endpoint: EndpointName): number | null {
  const event = parseEventId(eventId);
  if (event?.orderingKey === undefined || orderingOf[endpoint] === 'none') return null;
  return kinds.slice(0, event.number).filter((kind) => eventKinds[kind].keyed).length;
}

function play(evidence: Doctored, kind: KindName, number: number): void {
  const id = idOf(number);
  const atMs = number * eventStepMs;
  evidence.producer.push(
    { t: 'offered', id, door: 'http', atMs },
    { t: 'acknowledged', id, door: 'http', atMs, tries: 1 },
  );
  evidence.events.push({ seq: number, type: eventKinds[kind].type, id });
  const about = {
    v: 1,
    tenant: 'default',
    eventId: id,
    eventSeq: number,
    type: eventKinds[kind].type,
    acceptedAtMs: atMs,
    atMs,
  } as const;
  const endpoints = endpointsOf(kind);
  const store = (fact: LogFact, storedAtMs: number) => evidence.facts.push({ fact, storedAtMs });
  if (kind === 'invalid') {
    store({ ...about, fact: 'event.invalid', code: 'not_json', message: 'not JSON' }, atMs);
    evidence.deadLetters.push(deadLetterRow({ id, deliveryId: null, reason: 'invalid_event' }));
  } else if (endpoints.length === 0) store({ ...about, fact: 'event.unmatched' }, atMs);
  else {
    const deliveries = endpoints.map((endpoint): CreatedDelivery => ({
      deliveryId: deliveryIdOf(id, endpoint),
      endpointId: endpointIdOf(endpoint),
      url: 'http://127.0.0.1/',
      apiVersion: '2024-01-01',
    }));
    store({ ...about, fact: 'event.fanned_out', part: 0, deliveries }, atMs);
    for (const endpoint of endpoints) deliver(evidence, id, endpoint, atMs + 10);
  }
}

function deliver(evidence: Doctored, eventId: string, endpoint: EndpointName, firstAtMs: number): void {
  const deliveryId = deliveryIdOf(eventId, endpoint);
  const limit = retryOf[endpoint].maxAttempts;
  for (let attempt = 1; ; attempt++) {
    const startedAtMs = firstAtMs + (attempt - 1) * 100;
    const { status } = answerTo({ endpoint, eventId, attempt, seed: 1 });
    const record: RequestRecord = {
      endpoint,
      eventId,
      deliveryId,
      attempt,
      orderingKey: parseEventId(eventId)?.orderingKey ?? null,
      sequence: sequenceOf(eventId, endpoint),
      startedAtMs,
      endedAtMs: startedAtMs + 10,
      status,
      badSignature: null,
      badBody: null,
    };
    evidence.requests.push(record);
    if (orderingOf[endpoint] === 'key') {
      const told = evidence.sequences.get(deliveryId) ?? [];
      const number = record.sequence === null ? null : String(record.sequence);
      evidence.sequences = new Map(evidence.sequences).set(deliveryId, [...told, number]);
    }
    const name =
      status === 200
        ? 'delivery.succeeded'
        : status === 422 || attempt === limit
          ? 'delivery.died'
          : 'delivery.deferred';
    evidence.facts.push({ fact: outcome(name, record), storedAtMs: startedAtMs + 15 });
    if (name === 'delivery.deferred') continue;
    const dead = name === 'delivery.died';
    evidence.deliveries.push(deliveryRow(record, dead ? 'dead' : 'succeeded'));
    if (dead)
      evidence.deadLetters.push(
        deadLetterRow({ id: eventId, deliveryId, reason: status === 422 ? 'non_retryable' : 'exhausted' }),
      );
    return;
  }
}

/** The fact that a request leads to. */
export function outcome(
  name: 'delivery.succeeded' | 'delivery.deferred' | 'delivery.died',
  request: RequestRecord,
): DeliveryFact {
  const { eventId, deliveryId, endpoint, attempt, startedAtMs, status, sequence } = request;
  const about = {
    v: 1,
    tenant: 'default',
    eventId,
    eventSeq: parseEventId(eventId)?.number ?? 0,
    type: 'order.single',
    acceptedAtMs: 0,
    atMs: startedAtMs,
    deliveryId,
    endpointId: endpointIdOf(endpoint),
    hop: attempt,
    attemptsMade: attempt,
    attemptsBeforeReopen: 0,
    apiVersion: '2024-01-01',
    ...(sequence === null ? {} : { ordering: { key: orderingKey, sequence } }),
  } as const;
  const made = {
    attemptId: `att_${deliveryId}_${attempt}`,
    number: attempt,
    startedAtMs,
    durationMs: 10,
    timing: {},
    request: { url: 'http://127.0.0.1/', headers: {} },
    response: { status, headers: {}, body: '', truncated: false },
  };
  switch (name) {
    case 'delivery.succeeded':
      return { ...about, fact: name, attempt: { ...made, outcome: 'succeeded' } };
    case 'delivery.deferred':
      return {
        ...about,
        fact: name,
        reason: 'retry',
        dueAtMs: 0,
        lane: 'retry',
        attempt: { ...made, outcome: 'retry' },
      };
    case 'delivery.died':
      return {
        ...about,
        fact: name,
        reason: 'exhausted',
        lastStatus: status,
        lastError: null,
        attempt: { ...made, outcome: 'dead' },
      };
  }
}

function deliveryRow(
  { deliveryId, eventId, endpoint, attempt, status: lastStatus }: RequestRecord,
  status: 'succeeded' | 'dead',
): DeliveryRow {
  return {
    id: deliveryId,
    eventId,
    type: 'order.single',
    endpointId: endpointIdOf(endpoint),
    url: 'http://127.0.0.1/',
    status,
    attempts: attempt,
    lastStatus,
    lastError: null,
    nextAttemptAt: null,
    createdAt: time,
    completedAt: time,
  };
}

function deadLetterRow({
  id,
  deliveryId,
  reason,
}: {
  id: string;
  deliveryId: string | null;
  reason: DeadLetterRow['reason'];
}): DeadLetterRow {
  return {
    id: `dl_${deliveryId ?? id}`,
    deliveryId,
    eventId: id,
    endpointId: null,
    reason,
    lastStatus: null,
    lastError: null,
    attempts: 1,
    lastAttemptAt: null,
    createdAt: time,
  };
}
