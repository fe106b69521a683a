import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil, type ReceivedRequest, type Receiver } from '@postel/testing';
import { attemptsWithBodies } from './harness/attempts-of.js';
import { eventIdOf } from './harness/event-id-of.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, serviceNames, startFleet, type Fleet } from './harness/fleet.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { verifySignatures } from './harness/signatures.js';

const order = { id: 'ord_abc123', amount: 9_999 };
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('the first delivery', () => {
  let fleet: Fleet;
  let producer: NatsProducer;
  beforeAll(async () => {
    fleet = await startFleet();
    producer = await connectProducer(fleet.nats.url);
  }, fleetPatienceMs);
  afterAll(async () => {
    await producer?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  /** A receiver and an endpoint for it. */
  async function subscribed(settings: object) {
    const receiver = await fleet.receiver((request) => ({ status: 200, body: `thanks for ${request.path}` }));
    const endpoint = await fleet.api.createEndpoint({ url: `${receiver.url}/hooks?a=1`, ...settings });
    return { receiver, endpoint };
  }

  async function firstOf(receiver: Receiver): Promise<ReceivedRequest> {
    const [request] = await receiver.waitFor(1);
    return request as ReceivedRequest;
  }

  function bodyOf(request: ReceivedRequest): Record<string, unknown> {
    return JSON.parse(request.rawBody.toString()) as Record<string, unknown>;
  }

  async function deliveryOf(eventId: string) {
    return eventually(async () => {
      const [delivery] = await fleet.api.deliveriesOfEvent(eventId);
      return delivery?.status === 'succeeded' ? delivery : null;
    }, 'the delivery to be shown as succeeded');
  }

  it('brings an event from HTTP to its endpoint, signed, and shows what happened', async () => {
    const { receiver, endpoint } = await subscribed({
      events: ['order.created'],
      headers: { 'X-Own': 'mine' },
    });
    const answer = await fleet.api.request('POST', '/v1/events', {
      body: { type: 'order.created', data: { object: order }, relatedObjects: { customer: { id: 'cus_1' } } },
      headers: { traceparent },
    });
    expect(answer.status).toBe(202);
    const published = answer.json as { id: string; created: number };
    expect(published).toEqual({
      id: expect.stringMatching(/^evt_[A-Za-z0-9_-]{1,60}$/),
      type: 'order.created',
      created: expect.any(Number),
      duplicate: false,
    });

    const request = await firstOf(receiver);
    verifySignatures(request, endpoint.secret);
    expect(endpoint.secret).toMatch(/^whsec_/);
    expect(request.method).toBe('POST');
    expect(request.path).toBe('/hooks?a=1');
    expect(bodyOf(request)).toEqual({
      id: published.id,
      type: 'order.created',
      created: published.created,
      apiVersion: '2024-01-01',
      data: { object: order },
      relatedObjects: { customer: { id: 'cus_1' } },
    });
    const delivery = await deliveryOf(published.id);
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Postel\/\d+\.\d+\.\d+$/),
      'content-length': String(request.rawBody.length),
      'webhook-id': published.id,
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
      'x-webhook-id': published.id,
      'x-webhook-attempt': '1',
      'x-webhook-delivery': delivery.id,
      'x-own': 'mine',
    });
    // the same trace goes on
    expect(request.headers['traceparent']).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
    expect(Math.abs(Number(request.headers['webhook-timestamp']) * 1_000 - request.atMs)).toBeLessThan(
      60_000,
    );

    expect(delivery).toMatchObject({
      eventId: published.id,
      type: 'order.created',
      endpointId: endpoint.id,
      url: endpoint.url,
      attempts: 1,
      lastStatus: 200,
      lastError: null,
      nextAttemptAt: null,
    });
    expect(await fleet.api.delivery(delivery.id)).toEqual(delivery);
    const attempts = await attemptsWithBodies(fleet.api, delivery.id, 1);
    expect(attempts).toHaveLength(1);
    expect(attempts[0]).toMatchObject({
      number: 1,
      outcome: 'succeeded',
      error: null,
      request: { url: endpoint.url, body: request.rawBody.toString() },
      response: { status: 200, body: 'thanks for /hooks?a=1', truncated: false },
    });
    const { headers } = attempts[0]?.request ?? { headers: {} };
    const lowered = Object.fromEntries(Object.entries(headers).map(([name, v]) => [name.toLowerCase(), v]));
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-webhook-signature']) {
      expect({ [name]: lowered[name] }).toEqual({ [name]: request.headers[name] });
    }
    // a custom header may be a credential of the receiver
    expect(lowered['x-own']).toBe('***');
    expect(attempts[0]?.durationMs).toBeGreaterThan(0);
    expect(attempts[0]?.timing['firstByteMs']).toBeGreaterThan(0);
  });

  it('shows the event, its deliveries, the endpoint’s log and the figures', async () => {
    const { receiver, endpoint } = await subscribed({ events: ['payment.succeeded'] });
    const published = await fleet.api.publish({
      type: 'payment.succeeded',
      data: { object: order, previousAttributes: { amount: 1 } },
      created: 1_702_987_200,
      channels: ['eu'],
    });
    await receiver.waitFor(1);
    const delivery = await deliveryOf(published.id);
    const event = await eventually(() => fleet.api.event(published.id), 'the event in the archive');
    expect(event).toMatchObject({
      id: published.id,
      type: 'payment.succeeded',
      created: 1_702_987_200,
      apiVersion: '2024-01-01',
      data: { object: order, previousAttributes: { amount: 1 } },
      channels: ['eu'],
    });
    const ofEndpoint = await fleet.api.request('GET', `/v1/endpoints/${endpoint.id}/deliveries`);
    expect(ofEndpoint.json).toEqual({ data: [delivery], nextCursor: null });
    const figures = await eventually(async () => {
      const shown = await fleet.api.endpointStats(endpoint.id);
      return shown.successfulDeliveries === 1 ? shown : null;
    }, 'the figures to have the delivery');
    expect(figures).toMatchObject({
      endpointId: endpoint.id,
      period: 'hour',
      totalDeliveries: 1,
      failedDeliveries: 0,
      successRate: 1,
      errorBreakdown: {},
      deadLetters: 0,
    });
    expect(figures.p99ResponseTime).toBeGreaterThan(0);
    expect((await fleet.api.stats('day')).totalDeliveries).toBeGreaterThan(0);
  });

  it('takes the bare object and the envelope from a plain NATS client', async () => {
    const { receiver, endpoint } = await subscribed({ events: ['order.updated'] });
    await producer.publish('order.updated', JSON.stringify(order));
    const bare = await firstOf(receiver);
    verifySignatures(bare, endpoint.secret);
    expect(bodyOf(bare)).toMatchObject({ type: 'order.updated', data: { object: order } });
    expect(bare.headers['webhook-id']).toBe(bodyOf(bare)['id']);
    expect(bare.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);

    const envelope = {
      id: 'evt_from_nats',
      created: 1_702_987_200,
      data: { object: order, previousAttributes: { amount: 0 } },
    };
    await producer.publish('order.updated', JSON.stringify(envelope), { traceparent });
    const second = (await receiver.waitFor(2))[1] as ReceivedRequest;
    verifySignatures(second, endpoint.secret);
    expect(bodyOf(second)).toEqual({ type: 'order.updated', apiVersion: '2024-01-01', ...envelope });
    expect(second.headers['webhook-id']).toBe('evt_from_nats');
    expect(second.headers['traceparent']).toContain('4bf92f3577b34da6a3ce929d0e0e4736');
    expect((await deliveryOf('evt_from_nats')).endpointId).toBe(endpoint.id);

    // its id by the broker's header; and an object that looks like an envelope, said to be none
    await producer.publish('order.updated', JSON.stringify(order), { 'Nats-Msg-Id': 'own-id-1' });
    await producer.publish('order.updated', '{"data":{"object":{"a":1}}}', { 'Postel-Format': 'object' });
    const [third, fourth] = (await receiver.waitFor(4)).slice(2).map(bodyOf);
    const bodies = [third, fourth];
    expect(bodies).toContainEqual(expect.objectContaining({ id: 'own-id-1', data: { object: order } }));
    expect(bodies).toContainEqual(
      expect.objectContaining({ data: { object: { data: { object: { a: 1 } } } } }),
    );
  });

  it('sends an event to the endpoints whose filters and channels fit, and to no other', async () => {
    const [exact, prefix, all, other, channel] = await Promise.all([
      subscribed({ events: ['shipment.created'] }),
      subscribed({ events: ['shipment.*'] }),
      subscribed({ events: ['*'] }),
      subscribed({ events: ['invoice.*', 'shipment.created.late'] }),
      subscribed({ events: ['shipment.*'], channels: ['west'] }),
    ]);
    await fleet.api.publish({ id: 'f1', type: 'shipment.created', data: { object: { n: 1 } } });
    await fleet.api.publish({ id: 'f2', type: 'shipment.returned.damaged', data: { object: { n: 2 } } });
    await fleet.api.publish({ id: 'f3', type: 'shipments.made', data: { object: { n: 3 } } });
    await fleet.api.publish({
      id: 'f4',
      type: 'shipment.created',
      channels: ['west', 'east'],
      data: { object: { n: 4 } },
    });
    await fleet.api.publish({ id: 'f5', type: 'invoice.paid', data: { object: { n: 5 } } });
    const ids = ({ receiver }: { receiver: Receiver }) => receiver.requests.map(eventIdOf).sort();
    // an event's deliveries are made together, and end each by itself
    for (const id of ['f1', 'f2', 'f3', 'f4', 'f5'])
      await waitUntil(async () => {
        const made = await fleet.api.deliveriesOfEvent(id);
        return made.length > 0 && made.every(({ status }) => status === 'succeeded');
      });
    expect({
      exact: ids(exact),
      prefix: ids(prefix),
      all: ids(all),
      other: ids(other),
      channel: ids(channel),
    }).toEqual({
      exact: ['f1', 'f4'],
      prefix: ['f1', 'f2', 'f4'],
      all: ['f1', 'f2', 'f3', 'f4', 'f5'],
      other: ['f5'],
      channel: ['f4'],
    });
  });

  it('sends a test event to one endpoint alone', async () => {
    const { receiver, endpoint } = await subscribed({ events: ['invoice.paid'] });
    const { eventId, deliveryId } = await fleet.api.testEndpoint(endpoint.id);
    const request = await firstOf(receiver);
    verifySignatures(request, endpoint.secret);
    expect(bodyOf(request)).toMatchObject({ id: eventId, type: 'webhook.test' });
    expect((await deliveryOf(eventId)).id).toBe(deliveryId);
    expect(await fleet.api.deliveriesOfEvent(eventId)).toHaveLength(1);
  });

  it('answers the probes and shows its figures in every service, and logs nothing at warn', async () => {
    for (const name of serviceNames) {
      const url = fleet.operationsUrl(name);
      expect({ name, status: (await fetch(`${url}/healthz`)).status }).toEqual({ name, status: 200 });
      expect({ name, status: (await fetch(`${url}/readyz`)).status }).toEqual({ name, status: 200 });
      const figures = await (await fetch(`${url}/metrics`)).text();
      expect(figures).toMatch(/^# TYPE postel_/m);
      expect({ name, said: fleet.service(name).output() }).toEqual({ name, said: '' });
    }
    const delivered = await (await fetch(`${fleet.operationsUrl('deliverer')}/metrics`)).text();
    expect(delivered).toMatch(/^postel_deliveries_total\{outcome="succeeded"\} \d+$/m);
  });
});
