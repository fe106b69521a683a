import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTraceCollector, type TraceCollector } from '@postel/testing';
import { createHmac } from 'node:crypto';
import {
  attempts,
  contextOf,
  has,
  isFanOut,
  newContext,
  one,
  traceWith,
} from './harness/collected-traces.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { tracingTo } from './harness/tracing-to.js';

const order = { id: 'ord_abc123', amount: 9_999 };
const aCloudEvent = (id: string) => ({
  specversion: '1.0',
  source: '/shop',
  type: 'door.cloud',
  id,
  data: order,
});
const httpDoors: [name: string, path: string, body: object, contentType: string, sentCount: number][] = [
  [
    'a batch',
    '/v1/events/batch',
    { events: [1, 2].map((n) => ({ type: 'door.batch', data: { object: { n } } })) },
    'application/json',
    2,
  ],
  ['a CloudEvent', '/v1/events', aCloudEvent('ce_1'), 'application/cloudevents+json', 1],
  [
    'a batch of CloudEvents',
    '/v1/events/batch',
    [aCloudEvent('ce_2'), aCloudEvent('ce_3')],
    'application/cloudevents-batch+json',
    2,
  ],
];

describe('a trace goes on through every door', () => {
  let collector: TraceCollector;
  let fleet: Fleet;
  beforeAll(async () => {
    collector = await startTraceCollector();
    fleet = await startFleet({ env: tracingTo(collector.url) });
  }, fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop();
    await collector?.close();
  }, fleetPatienceMs);

  it.each(httpDoors)('of events, as %s', async (_name, path, body, contentType, sentCount) => {
    const receiver = await fleet.receiver();
    const { id } = await fleet.api.createEndpoint({ url: receiver.url, events: ['door.*'] });
    const { headers, traceId, spanId } = newContext();
    const answer = await fleet.api.request('POST', path, {
      body: Buffer.from(JSON.stringify(body)),
      headers: { ...headers, 'content-type': contentType },
    });
    expect([answer.status, answer.text]).toEqual([202, expect.any(String)]);
    const counts = { [`POST ${path}`]: 1, 'send EVENTS': sentCount, POST: sentCount };
    const trace = await traceWith(collector, traceId, has({ ...counts, 'process DELIVERIES': sentCount }));
    const accepted = one(trace, `POST ${path}`);
    expect(accepted.parentSpanId).toBe(spanId);
    const sent = trace.filter(({ name }) => name === 'send EVENTS');
    expect(sent.map(({ parentSpanId }) => parentSpanId)).toEqual(sent.map(() => accepted.spanId));
    // each event of a batch is fanned out as its own
    expect(
      trace
        .filter(isFanOut)
        .map(({ parentSpanId }) => parentSpanId)
        .sort(),
    ).toEqual(sent.map((span) => span.spanId).sort());
    await fleet.api.deleteEndpoint(id);
  });

  it('of a test event, as of any other', async () => {
    const receiver = await fleet.receiver();
    const { id } = await fleet.api.createEndpoint({ url: receiver.url, events: ['order.none'] });
    const { headers, traceId, spanId } = newContext();
    const answer = await fleet.api.request('POST', `/v1/endpoints/${id}/test`, { body: {}, headers });
    expect(answer.status).toBe(202);
    const trace = await traceWith(collector, traceId, has({ 'send EVENTS': 1, 'process LOG': 1 }));
    const accepted = one(trace, 'POST /v1/endpoints/:id/test');
    const sent = one(trace, 'send EVENTS');
    expect([accepted.parentSpanId, sent.parentSpanId]).toEqual([spanId, accepted.spanId]);
    expect(trace.find(isFanOut)?.parentSpanId).toBe(sent.spanId);
    expect(attempts(trace)).toHaveLength(1);
  });

  it('of a webhook that came in: a trace of its own, which links to what its sender said', async () => {
    const receiver = await fleet.receiver();
    await fleet.api.createEndpoint({ url: receiver.url, events: ['inbound.*'] });
    const secret = 'whsec_of_stripe';
    const source = await fleet.api.request('POST', '/v1/sources', {
      body: { name: 'stripe', provider: 'stripe', secrets: [secret] },
    });
    expect([source.status, source.text]).toEqual([201, expect.any(String)]);
    const { url } = source.json as { url: string };
    const body = JSON.stringify({ id: 'evt_of_stripe', type: 'invoice.paid', data: { object: order } });
    const atSec = Math.floor(Date.now() / 1_000);
    const signature = createHmac('sha256', secret).update(`${atSec}.${body}`).digest('hex');
    const { headers, traceId, spanId } = newContext();
    const signed = { ...headers, 'stripe-signature': `t=${atSec},v1=${signature}` };
    const answer = await fleet.api.request('POST', url, {
      token: null,
      body: Buffer.from(body),
      headers: signed,
    });
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    const [received] = (await receiver.waitFor(1)).map(contextOf);
    expect(received?.traceId).not.toBe(traceId);
    const isAll = has({ 'send EVENTS': 1, POST: 1, 'process LOG': 1 });
    const trace = await traceWith(collector, received?.traceId ?? '', isAll);
    const accepted = one(trace, 'POST /webhooks/:sourceId');
    expect(accepted).toMatchObject({ parentSpanId: null, links: [{ traceId, spanId }] });
    expect(one(trace, 'send EVENTS').parentSpanId).toBe(accepted.spanId);
    expect(attempts(trace)[0]?.spanId).toBe(received?.spanId);
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
});
