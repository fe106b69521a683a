import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  startTraceCollector,
  type CollectedSpan,
  type ReceivedRequest,
  type TraceCollector,
} from '@postel/testing';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { tracingTo } from './harness/tracing-to.js';

const order = { id: 'ord_abc123', amount: 9_999 };
const retry = { maxAttempts: 5, initialDelayMs: 100, multiplier: 1, jitter: 0 };

describe('one trace shows what became of an event', () => {
  let collector: TraceCollector;
  let fleet: Fleet;
  let producer: NatsProducer;
  beforeAll(async () => {
    collector = await startTraceCollector();
    fleet = await startFleet({ env: tracingTo(collector.url) });
    producer = await connectProducer(fleet.nats.url);
  }, fleetPatienceMs);
  afterAll(async () => {
    await producer?.close();
    await fleet?.stop();
    await collector?.close();
  }, fleetPatienceMs);

  /** A receiver that fails first, and an endpoint for it. */
  async function failsOnce(events: string[]) {
    const receiver = await fleet.receiver((_request, number) => ({ status: number === 1 ? 503 : 200 }));
    const url = `${receiver.url}/hooks?key=query-secret`;
    return { receiver, endpoint: await fleet.api.createEndpoint({ url, events, retry }) };
  }

  it('from HTTP: accept, publish, fan-out, both attempts, and that it can be read', async () => {
    const { receiver, endpoint } = await failsOnce(['order.created']);
    const { traceparent, traceId, spanId } = newContext();
    const answer = await fleet.api.request('POST', '/v1/events', {
      body: { type: 'order.created', data: { object: order } },
      headers: { traceparent },
    });
    expect(answer.status).toBe(202);
    const { id: eventId } = answer.json as { id: string };
    const requests = await receiver.waitFor(2);
    const accepting = { 'POST /v1/events': 1, 'send EVENTS': 1 };
    const trace = await traceWith(
      collector,
      traceId,
      has({ ...accepting, ...delivering, 'process EVENTS': 2 }),
    );

    const accepted = one(trace, 'POST /v1/events');
    expect(accepted).toMatchObject({
      service: 'postel-ingest',
      kind: 'server',
      parentSpanId: spanId,
      isError: false,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/events',
        'http.response.status_code': 202,
        'postel.tenant': 'default',
      },
    });
    const sent = one(trace, 'send EVENTS');
    expect(sent).toMatchObject({
      service: 'postel-ingest',
      kind: 'producer',
      parentSpanId: accepted.spanId,
      attributes: {
        'messaging.system': 'nats',
        'messaging.destination.name': 'EVENTS',
        'postel.event.id': eventId,
      },
    });
    expectDelivered(trace, { eventId, endpointId: endpoint.id, publishedBy: sent.spanId, requests });
    expect(sent.attributes['messaging.message.id']).toBe(
      one(trace, 'process EVENTS', 'postel-dispatcher').attributes['messaging.message.id'],
    );
    expect(new Set(trace.map(({ service }) => service))).toEqual(
      new Set(['postel-ingest', 'postel-dispatcher', 'postel-deliverer', 'postel-metrics']),
    );
  });

  it('from NATS, where the producer said so in a header', async () => {
    const { receiver, endpoint } = await failsOnce(['order.updated']);
    const { traceparent, traceId, spanId } = newContext();
    const envelope = { id: 'evt_traced_from_nats', data: { object: order } };
    await producer.publish('order.updated', JSON.stringify(envelope), { traceparent });
    const requests = await receiver.waitFor(2);
    const trace = await traceWith(collector, traceId, has({ ...delivering, 'process EVENTS': 2 }));
    const about = { eventId: envelope.id, endpointId: endpoint.id, publishedBy: spanId, requests };
    expectDelivered(trace, about);
  });

  it('from NATS without one: a trace begins at the fan-out, and the retry stays in it', async () => {
    const { receiver } = await failsOnce(['payment.succeeded']);
    await producer.publish('payment.succeeded', JSON.stringify(order));
    const [first, second] = (await receiver.waitFor(2)).map(contextOf);
    expect(second?.traceId).toBe(first?.traceId);
    // what the archive has is no part of it: the event says of no trace
    const isAll = has({ ...delivering, 'process EVENTS': 1 });
    const trace = await traceWith(collector, first?.traceId ?? '', isAll);
    expect(one(trace, 'process EVENTS', 'postel-dispatcher').parentSpanId).toBeNull();
    expect(attempts(trace)).toHaveLength(2);
  });

  it('of an event that nobody could understand, and of a delivery that died', async () => {
    const refused = newContext();
    await producer.publish('order.deleted', 'not JSON', refused.headers);
    const ofBad = await traceWith(collector, refused.traceId, (spans) => spans.some(isFanOut));
    const badEvent = ofBad.find(isFanOut);
    expect(badEvent).toMatchObject({
      name: 'process EVENTS',
      isError: true,
      attributes: { 'postel.outcome': 'refused', 'error.type': 'malformed_json' },
    });

    const receiver = await fleet.receiver(() => ({ status: 404 }));
    await fleet.api.createEndpoint({ url: receiver.url, events: ['order.died'] });
    const died = newContext();
    await producer.publish('order.died', JSON.stringify(order), died.headers);
    const ended = { 'process DELIVERIES': 1, POST: 1, 'process LOG': 2 };
    const trace = await traceWith(collector, died.traceId, has(ended));
    expect(one(trace, 'process DELIVERIES')).toMatchObject({
      isError: true,
      attributes: { 'postel.outcome': 'died', 'postel.reason': 'non_retryable' },
    });
    expect(one(trace, 'process LOG', 'postel-dead-letter').parentSpanId).toBe(attempts(trace)[0]?.spanId);
  });

  it('of management, through the service that answers', async () => {
    const { headers, traceId } = newContext();
    await fleet.api.request('GET', '/v1/deliveries?limit=1', { headers });
    const trace = await traceWith(collector, traceId, (spans) => spans.length === 2);
    const outer = one(trace, 'GET /v1/deliveries', 'postel-ingest');
    expect(one(trace, 'GET /v1/deliveries', 'postel-metrics').parentSpanId).toBe(outer.spanId);
  });

  it('and nothing of strangers, whatever they say', async () => {
    const { headers, traceId } = newContext();
    const answer = await fleet.api.request('POST', '/v1/events', {
      body: {},
      headers,
      token: 'no-such-token',
    });
    expect(answer.status).toBe(401);
    const after = newContext();
    await fleet.api.request('GET', '/v1/deliveries', { headers: after.headers });
    await traceWith(collector, after.traceId, (spans) => spans.length === 2);
    expect(collector.spans().filter((span) => span.traceId === traceId)).toEqual([]);
  });

  it('without a secret, a payload or a header in it', async () => {
    const { headers, traceId } = newContext();
    const secret = 'header-value-of-this-test';
    const receiver = await fleet.receiver(() => ({ status: 200, body: 'answer-of-this-test' }));
    const { secret: key } = await fleet.api.createEndpoint({
      url: `${receiver.url}/?token=query-secret`,
      events: ['order.secret'],
      headers: { 'x-own': secret },
    });
    await producer.publish('order.secret', JSON.stringify({ note: 'payload-of-this-test' }), headers);
    await traceWith(collector, traceId, has({ POST: 1, 'process LOG': 1 }));
    const exported = collector.requests.map(({ rawBody }) => rawBody.toString()).join('\n');
    expect(exported).toContain('?REDACTED');
    for (const word of [secret, key, 'payload-of-this-test', 'answer-of-this-test', 'query-secret'])
      expect({ word, isExported: exported.includes(word) }).toEqual({ word, isExported: false });
  });
});

describe('traces that are not recorded, or that nobody takes', () => {
  let collector: TraceCollector;
  let fleet: Fleet;
  beforeAll(async () => {
    collector = await startTraceCollector();
    const sampling = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' };
    fleet = await startFleet({ env: { ...tracingTo(collector.url), ...sampling } });
  }, fleetPatienceMs);
  afterAll(async () => {
    // each ends with 0 and in time, although the last spans have nowhere to go
    await fleet?.stop();
    await collector?.close();
  }, fleetPatienceMs);

  async function published(headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const body = { type: 'order.created', data: { object: order } };
    const answer = await fleet.api.request('POST', '/v1/events', { body, headers });
    expect(answer.status).toBe(202);
  }

  it('cost nobody a delivery', async () => {
    const receiver = await fleet.receiver((_request, number) => ({ status: number === 1 ? 503 : 200 }));
    await fleet.api.createEndpoint({ url: receiver.url, events: ['order.created'], retry });
    await published();
    const [first, second] = (await receiver.waitFor(2)).map(contextOf);
    // one decision, for all of the trace
    expect([first?.flags, second?.flags]).toEqual(['00', '00']);
    expect(second?.traceId).toBe(first?.traceId);
    const { traceId } = newContext();
    await published({ traceparent: `00-${traceId}-00f067aa0ba902b7-00` });
    const third = (await receiver.waitFor(3)).map(contextOf)[2];
    expect(third).toMatchObject({ traceId, flags: '00' });

    // one that is recorded comes after them: so they would have been here
    const recorded = newContext();
    await published(recorded.headers);
    await receiver.waitFor(4);
    await traceWith(collector, recorded.traceId, (spans) => attempts(spans).length === 1);
    expect(new Set(collector.spans().map((span) => span.traceId))).toEqual(new Set([recorded.traceId]));

    await collector.close();
    const lost = newContext();
    await published(lost.headers);
    const last = (await receiver.waitFor(5)).map(contextOf)[4];
    expect(last).toMatchObject({ traceId: lost.traceId, flags: '01' });
  });
});

/** What holds from whichever door it came. */
function expectDelivered(
  trace: readonly CollectedSpan[],
  about: { eventId: string; endpointId: string; publishedBy: string; requests: readonly ReceivedRequest[] },
): void {
  const { eventId, endpointId, publishedBy, requests } = about;
  const fannedOut = one(trace, 'process EVENTS', 'postel-dispatcher');
  expect(fannedOut).toMatchObject({
    kind: 'consumer',
    parentSpanId: publishedBy,
    isError: false,
    attributes: {
      'messaging.system': 'nats',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'EVENTS',
      'messaging.consumer.group.name': 'dispatcher',
      'postel.event.id': eventId,
      'postel.outcome': 'fanned_out',
      'postel.deliveries': 1,
    },
  });
  const hops = trace.filter(({ name }) => name === 'process DELIVERIES').sort(byStart);
  expect(hops).toMatchObject(
    ['deferred', 'succeeded'].map((outcome, index) => ({
      service: 'postel-deliverer',
      kind: 'consumer',
      parentSpanId: fannedOut.spanId,
      attributes: {
        'postel.outcome': outcome,
        'postel.hop': index + 1,
        'postel.lane': index === 0 ? 'delivery' : 'retry',
        'messaging.consumer.group.name': expect.stringMatching(/^deliverer-(delivery|retry)-\d$/),
        'messaging.message.id': expect.stringMatching(new RegExp(`^dlv_.+:${index + 1}$`)),
      },
    })),
  );
  const [first, second] = attempts(trace) as [CollectedSpan, CollectedSpan];
  const common = { name: 'POST', kind: 'client', service: 'postel-deliverer' };
  expect(first).toMatchObject({
    ...common,
    parentSpanId: hops[0]?.spanId,
    links: [],
    isError: true,
    attributes: {
      'http.request.method': 'POST',
      'http.response.status_code': 503,
      'error.type': '503',
      'url.full': expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/hooks\?REDACTED$/),
      'server.address': '127.0.0.1',
      'postel.endpoint.id': endpointId,
      'postel.attempt.number': 1,
    },
  });
  expect(second).toMatchObject({
    ...common,
    parentSpanId: hops[1]?.spanId,
    links: [{ traceId: first.traceId, spanId: first.spanId }],
    isError: false,
    attributes: {
      'http.response.status_code': 200,
      'http.request.resend_count': 1,
      'postel.attempt.number': 2,
    },
  });
  // the receiver continues it
  expect(requests.map(contextOf)).toEqual(
    [first, second].map(({ traceId, spanId }) => ({ traceId, spanId, flags: '01' })),
  );
  // a wait is no span
  expect(first.startedAtMs + first.durationMs).toBeLessThanOrEqual(second.startedAtMs);
  const stored = trace.filter(isStoredFact).sort(byStart);
  expect(stored).toMatchObject(
    [first, second].map(({ spanId }, index) => ({
      service: 'postel-metrics',
      kind: 'consumer',
      parentSpanId: spanId,
      attributes: {
        'messaging.consumer.group.name': 'delivery-log',
        'postel.fact': index === 0 ? 'delivery.deferred' : 'delivery.succeeded',
      },
    })),
  );
  expect(one(trace, 'process EVENTS', 'postel-metrics')).toMatchObject({
    parentSpanId: publishedBy,
    attributes: { 'messaging.consumer.group.name': 'archive' },
  });
}

function newContext() {
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(Math.random() * 16).toString(16)).join('');
  const [traceId, spanId] = [`a${digits(31)}`, `b${digits(15)}`];
  const traceparent = `00-${traceId}-${spanId}-01`;
  return { traceId, spanId, traceparent, headers: { traceparent } };
}

function contextOf({ headers }: ReceivedRequest) {
  const [, traceId, spanId, flags] = String(headers['traceparent']).split('-');
  return { traceId, spanId, flags };
}

async function traceWith(
  collector: TraceCollector,
  traceId: string,
  isThere: (spans: readonly CollectedSpan[]) => boolean,
): Promise<readonly CollectedSpan[]> {
  return eventually(
    () => {
      const spans = collector.spans().filter((span) => span.traceId === traceId);
      return isThere(spans) ? spans : null;
    },
    `the trace ${traceId}`,
    { timeoutMs: 60_000 },
  );
}

const isFanOut = ({ name, service }: CollectedSpan) =>
  name === 'process EVENTS' && service === 'postel-dispatcher';

const isStoredFact = ({ name, service }: CollectedSpan) =>
  name === 'process LOG' && service === 'postel-metrics';
/** Processes export when they like: one may tell the end of a trace before another tells its middle. */
const has = (counts: Readonly<Record<string, number>>) => (spans: readonly CollectedSpan[]) =>
  Object.entries(counts).every(
    ([name, count]) => spans.filter((span) => span.name === name).length === count,
  );
/** What fails once and is delivered then: both attempts, and that they stand in the tables. */
const delivering = { 'process DELIVERIES': 2, POST: 2, 'process LOG': 2 };

function byStart(a: CollectedSpan, b: CollectedSpan): number {
  return a.startedAtMs - b.startedAtMs;
}

function attempts(spans: readonly CollectedSpan[]): CollectedSpan[] {
  return spans.filter(({ kind }) => kind === 'client').sort(byStart);
}

function one(spans: readonly CollectedSpan[], name: string, service?: string): CollectedSpan {
  const found = spans.filter((span) => span.name === name && (service ?? span.service) === span.service);
  expect(found.map((span) => `${span.service}: ${span.name}`)).toHaveLength(1);
  return found[0] as CollectedSpan;
}
