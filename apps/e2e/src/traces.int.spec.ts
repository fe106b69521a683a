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
  parentIn,
  traceWith,
} from './harness/collected-traces.js';
import { eventually } from './harness/eventually.js';
import { expectDelivered } from './harness/expect-delivered.js';
import { fleetPatienceMs, serviceNames, startFleet, type Fleet } from './harness/fleet.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { tracingTo } from './harness/tracing-to.js';

const order = { id: 'ord_abc123', amount: 9_999 };
/** A wait that no unit of work takes by itself. */
const retry = { maxAttempts: 5, initialDelayMs: 1_500, multiplier: 1, jitter: 0 };
const allServices = serviceNames.map((name) => `postel-${name}`).sort();

const accepting = { 'POST /v1/events': 1, 'send EVENTS': 1 };

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
        'server.address': '127.0.0.1',
        'server.port': expect.any(Number),
        'messaging.destination.name': 'EVENTS',
        'postel.event.id': eventId,
      },
    });
    expectDelivered(trace, { eventId, endpointId: endpoint.id, publishedBy: sent.spanId, requests });
    expect(sent.attributes['messaging.message.id']).toBe(
      one(trace, 'process EVENTS', 'postel-dispatcher').attributes['messaging.message.id'],
    );
  });

  it('of a delivery that died: through all five services, to its dead letter', async () => {
    const receiver = await fleet.receiver(() => ({ status: 404 }));
    const { id: endpointId } = await fleet.api.createEndpoint({ url: receiver.url, events: ['order.died'] });
    const { headers, traceId, spanId } = newContext();
    const body = { type: 'order.died', data: { object: order } };
    expect((await fleet.api.request('POST', '/v1/events', { body, headers })).status).toBe(202);
    const ended = { 'process EVENTS': 2, 'process DELIVERIES': 1, POST: 1, 'process LOG': 2 };
    const trace = await traceWith(collector, traceId, has({ ...accepting, ...ended }));
    expect([...new Set(trace.map(({ service }) => service))].sort()).toEqual(allServices);

    const ancestors = [one(trace, 'process LOG', 'postel-dead-letter')];
    for (let next = parentIn(trace, ancestors[0]); next; next = parentIn(trace, next)) ancestors.push(next);
    expect(ancestors.map(({ name, service }) => `${service}: ${name}`)).toEqual([
      'postel-dead-letter: process LOG',
      'postel-deliverer: POST',
      'postel-deliverer: process DELIVERIES',
      'postel-dispatcher: process EVENTS',
      'postel-ingest: send EVENTS',
      'postel-ingest: POST /v1/events',
    ]);
    expect(ancestors.at(-1)?.parentSpanId).toBe(spanId);
    expect(ancestors[0]?.attributes).toMatchObject({
      'messaging.consumer.group.name': 'dead-letters',
      'postel.fact': 'delivery.died',
      'postel.endpoint.id': endpointId,
    });
    expect(ancestors[2]).toMatchObject({
      isError: true,
      attributes: { 'postel.outcome': 'died', 'postel.reason': 'non_retryable' },
    });
  });

  it('of a delivery that died while it waited, with nothing sent: to its dead letter', async () => {
    const receiver = await fleet.receiver(() => ({ status: 503 }));
    const waits = { ...retry, initialDelayMs: 3_600_000 };
    const endpoint = { url: receiver.url, events: ['order.abandoned'], retry: waits };
    const { id } = await fleet.api.createEndpoint(endpoint);
    const { headers, traceId } = newContext();
    await producer.publish('order.abandoned', JSON.stringify(order), headers);
    const waiting = await traceWith(collector, traceId, has({ POST: 1, 'process LOG': 1 }));
    await fleet.api.deleteEndpoint(id);
    const trace = await traceWith(collector, traceId, has({ POST: 1, 'process LOG': 3 }));
    const stored = one(trace, 'process LOG', 'postel-dead-letter');
    expect(stored.attributes).toMatchObject({ 'postel.fact': 'delivery.died', 'postel.endpoint.id': id });
    expect(stored.parentSpanId).toBe(waiting.find(isFanOut)?.spanId);
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

  it('of an event that nobody could understand, to its dead letter', async () => {
    const refused = newContext();
    await producer.publish('order.deleted', 'not JSON', refused.headers);
    const isAll = has({ 'process EVENTS': 2, 'process LOG': 1 });
    const ofBad = await traceWith(collector, refused.traceId, isAll);
    const badEvent = ofBad.find(isFanOut);
    expect(badEvent).toMatchObject({
      name: 'process EVENTS',
      isError: true,
      attributes: { 'postel.outcome': 'refused', 'error.type': 'malformed_json' },
    });
    expect(one(ofBad, 'process LOG', 'postel-dead-letter')).toMatchObject({
      parentSpanId: badEvent?.spanId,
      attributes: { 'messaging.consumer.group.name': 'dead-letters', 'postel.fact': 'event.invalid' },
    });
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
