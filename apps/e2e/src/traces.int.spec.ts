import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTraceCollector, waitUntil, type CollectedSpan, type TraceCollector } from '@postel/testing';
import {
  attempts,
  contextOf,
  delivering,
  has,
  isFanOut,
  newContext,
  one,
  traceWith,
} from './harness/collected-traces.js';
import { eventually } from './harness/eventually.js';
import { expectDelivered } from './harness/expect-delivered.js';
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

  it('of what is redriven, retried by hand and replayed: each new attempt links to the one before it', async () => {
    let status = 404;
    const receiver = await fleet.receiver(() => ({ status }));
    const { id } = await fleet.api.createEndpoint({ url: receiver.url, events: ['order.anew'] });
    // without a traceparent of the producer's, each begins a trace of its own
    await producer.publish('order.anew', JSON.stringify(order));
    await receiver.waitFor(1);
    const [dead] = await eventually(async () => {
      const { data } = await fleet.api.deadLetters();
      const own = data.filter(({ endpointId }) => endpointId === id);
      return own.length > 0 ? own : null;
    }, 'the dead letter');
    status = 200;
    const anew = [
      `/v1/dead-letters/${dead?.id}/redrive`,
      `/v1/deliveries/${dead?.deliveryId}/retry`,
      `/v1/events/${dead?.eventId}/replay`,
    ];
    for (const [index, path] of anew.entries()) {
      const isStored = async () => (await fleet.api.attemptsSoFar(String(dead?.deliveryId))).length > index;
      await waitUntil(isStored, { describe: `attempt ${index + 1} in the tables` });
      expect([path, (await fleet.api.request('POST', path, { body: {} })).status]).toEqual([path, 202]);
      await receiver.waitFor(index + 2);
    }
    const [first, redriven, retried, replayed] = receiver.requests.map(contextOf);
    const linksOf = async (context: typeof first) => {
      const { traceId = '', spanId } = context ?? {};
      const isThere = (spans: readonly CollectedSpan[]) => spans.some((span) => span.spanId === spanId);
      const trace = await traceWith(collector, traceId, isThere);
      return trace.find((span) => span.spanId === spanId)?.links;
    };
    const linkTo = (context: typeof first) => [{ traceId: context?.traceId, spanId: context?.spanId }];
    expect(await linksOf(first)).toEqual([]);
    expect(await linksOf(redriven)).toEqual(linkTo(first));
    expect(await linksOf(retried)).toEqual(linkTo(redriven));
    expect(await linksOf(replayed)).toEqual(linkTo(retried));
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
