import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil, type EventStreamReader } from '@postel/testing';
import { fleetPatienceMs, startFleet, type Fleet, type RunningPostel } from './harness/fleet.js';
import { LiveFollower, openLive, strictlyParsed, type LiveOptions } from './harness/live-follower.js';
import { overHttp, publishPersistently } from './harness/persistent-producer.js';
import { stopChild } from './harness/stop-child.js';
import { createTenant } from './harness/tenant-client.js';
import { startTogether } from './harness/together.js';

const patienceMs = 120_000;
const deliveries = '/v1/live/deliveries';
const events = '/v1/live/events';

interface ToldDelivery {
  readonly position: string;
  readonly delivery: { readonly id: string; readonly eventId: string; readonly status: string };
  readonly attempt?: { readonly number: number; readonly status: number | null };
}

describe('what happens, live', () => {
  let postel: RunningPostel;
  const readers: EventStreamReader[] = [];
  beforeAll(async () => {
    postel = await startTogether();
  }, fleetPatienceMs);
  // some are still open: what is live must not hold up a stop
  afterAll(async () => {
    await postel?.stop();
  }, fleetPatienceMs);

  const open = async (path: string, options: LiveOptions = {}) => {
    const reader = await openLive(postel.api, path, options);
    readers.push(reader);
    await waitUntil(() => reader.of('ready').length === 1, { describe: `${path} to begin` });
    return reader;
  };
  const told = (reader: EventStreamReader, path = deliveries) =>
    reader.messages
      .filter(({ event }) => event !== 'ready')
      .map((message) => strictlyParsed(path, message) as ToldDelivery);

  it(
    'shows a delivery from its creation over a failed attempt to its success, and the event as it was sent',
    async () => {
      const receiver = await postel.receiver(({ headers }) => ({
        status: headers['x-webhook-attempt'] === '1' ? 503 : 200,
      }));
      const endpoint = await postel.api.createEndpoint({
        url: receiver.url,
        events: ['order.lived'],
        retry: { schedule: [100] },
      });
      const live = await open(`${deliveries}?endpointId=${endpoint.id}`);
      const listening = await open(`${events}?events=order.lived`);
      const { id } = await postel.api.publish({
        type: 'order.lived',
        data: { object: { amount: 1.0, name: 'Zoë' } },
        channels: ['a'],
      });
      await waitUntil(() => told(live).length === 3, { describe: 'three messages' });
      expect(told(live)).toMatchObject([
        { delivery: { eventId: id, status: 'pending', url: receiver.url, attempts: 0 } },
        { delivery: { status: 'retrying', lastStatus: 503 }, attempt: { number: 1, outcome: 'retry' } },
        { delivery: { status: 'succeeded', attempts: 2 }, attempt: { number: 2, status: 200 } },
      ]);
      expect(new Set(told(live).map(({ delivery }) => delivery.id)).size).toBe(1);
      await waitUntil(() => listening.of('event').length === 1);
      expect(told(listening, events)).toMatchObject([
        { id, type: 'order.lived', channels: ['a'], body: receiver.requests[0]?.rawBody.toString() },
      ]);
    },
    patienceMs,
  );

  it(
    'misses nothing and repeats nothing for one who comes back',
    async () => {
      const ids = Array.from({ length: 60 }, (_, n) => `back-${n}`);
      const publish = (from: number, to: number) =>
        postel.api.publishBatch(
          ids.slice(from, to).map((id) => ({ id, type: 'order.back', data: { object: {} } })),
        );
      const path = `${events}?events=order.back`;
      const first = await open(path);
      await publish(0, 20);
      await waitUntil(() => first.of('event').length >= 5);
      first.close();
      await publish(20, 40);
      const second = await open(path, { lastEventId: first.lastEventId });
      await publish(40, 60);
      const all = () =>
        [...first.of('event'), ...second.of('event')].map(({ data }) => (data as { id: string }).id);
      await waitUntil(() => all().length >= 60, { describe: 'all events' });
      expect(all().toSorted()).toEqual(ids.toSorted());
    },
    patienceMs,
  );

  it(
    'shows the holder of a portal token its own tenant alone, and nothing once it is revoked',
    async () => {
      const receiver = await postel.receiver();
      const [a, b] = [await createTenant(postel.api, 'live-a'), await createTenant(postel.api, 'live-b')];
      for (const client of [a, b]) await client.expect(201, 'POST', '/v1/endpoints', { url: receiver.url });
      const portal = await a.expect(201, 'POST', '/v1/portal-tokens', { ttlSeconds: 600 });
      const token = String(portal['token']);
      const live = await open(deliveries, { token });
      const refused = await openLive(postel.api, events, { token });
      expect(refused.status).toBe(403);
      const event = { type: 'order.created', data: { object: {} } };
      const own = new Set<unknown>();
      for (const client of [b, a, b, a]) {
        const { id } = await client.expect(202, 'POST', '/v1/events', event);
        if (client === a) own.add(id);
      }
      await waitUntil(() => told(live).length === 4, { describe: 'two deliveries from creation to success' });
      expect(new Set(told(live).map(({ delivery }) => delivery.eventId))).toEqual(own);
      await a.expect(204, 'DELETE', `/v1/portal-tokens/${String(portal['id'])}`);
      await live.ended();
      expect((await openLive(postel.api, deliveries, { token })).status).toBe(401);
    },
    patienceMs,
  );

  it('is forwarded as it is, with when to come back', async () => {
    const reader = await open(deliveries);
    expect(reader.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(reader.headers['x-accel-buffering']).toBe('no');
    expect(reader.retryMs).toBe(1_000);
    expect(reader.headers['x-request-id']).toBeTruthy();
  });
});

describe('live over the end of whatever it goes through', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet();
  }, fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop();
  }, fleetPatienceMs);

  it(
    'tells everything once to whoever comes back, over another process of metrics and another broker',
    async () => {
      const follower = new LiveFollower(fleet.api, `${events}?events=order.lasting`);
      await waitUntil(() => follower.messages.length > 0, { describe: 'it to begin' });
      const got = () =>
        follower.messages
          .filter(({ event }) => event === 'event')
          .map(({ data }) => (data as { id: string }).id);
      const ids = Array.from({ length: 400 }, (_, n) => `lasting-${n}`);
      const publish = overHttp(fleet.api, 'order.lasting');
      const publishFrom = (from: number) =>
        publishPersistently({ ids: ids.slice(from, from + 100), publish, inFlight: 4 });
      const runs = [publishFrom(0)];
      await waitUntil(() => got().length > 20);
      await stopChild(fleet.service('metrics'));
      runs.push(publishFrom(100));
      await fleet.restart('metrics');
      runs.push(publishFrom(200));
      await waitUntil(() => got().length > 120);
      await fleet.nats.kill();
      runs.push(publishFrom(300));
      await fleet.nats.restart();
      await Promise.all(runs.map(({ done }) => done));
      await waitUntil(() => got().length >= ids.length, { describe: 'all events', timeoutMs: 60_000 });
      expect(got().toSorted()).toEqual(ids.toSorted());
      expect(follower.connections).toBeGreaterThan(1);
      await follower.close();
    },
    patienceMs,
  );
});
