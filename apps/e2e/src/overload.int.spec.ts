import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import { problemOf, type CreatedEndpoint } from './harness/api-client.js';
import {
  repeatedIn,
  startCountingReceiver,
  type CountedAnswerer,
  type CountingReceiver,
} from './harness/counting-receiver.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { connectStreamLimits, type StreamLimits } from './harness/stream-limits.js';

const patienceMs = 120_000;

describe('full streams and slow stops', () => {
  let fleet: Fleet;
  let producer: NatsProducer;
  let limits: StreamLimits;
  const receivers: CountingReceiver[] = [];
  beforeAll(async () => {
    fleet = await startFleet();
    producer = await connectProducer(fleet.nats.url);
    limits = await connectStreamLimits(fleet.nats.url);
  }, fleetPatienceMs);
  afterAll(async () => {
    await limits?.close();
    await producer?.close();
    await Promise.all(receivers.map((receiver) => receiver.close()));
    await fleet?.stop();
  }, fleetPatienceMs);

  let types = 0;
  let type: string;
  beforeEach(() => {
    type = `order.overload_${(types += 1)}`;
  });

  async function subscribed(
    answer?: CountedAnswerer,
    retry: object = { initialDelayMs: 100, jitter: 0 },
  ): Promise<{ receiver: CountingReceiver; endpoint: CreatedEndpoint }> {
    const receiver = await startCountingReceiver(answer);
    receivers.push(receiver);
    const endpoint = await fleet.api.createEndpoint({
      url: receiver.url,
      events: [type],
      retry,
    });
    return { receiver, endpoint };
  }

  const idsOf = (count: number) => Array.from({ length: count }, (_, n) => `overload-${types}-${n}`);
  const eventOf = (id: string) => ({ id, type, data: { object: { id } } });

  async function expectEachOnce(receiver: CountingReceiver, ids: readonly string[]): Promise<void> {
    await waitUntil(() => new Set(receiver.arrivals.map(({ eventId }) => eventId)).size >= ids.length, {
      timeoutMs: 60_000,
      describe: `${ids.length} events to come`,
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; ${receiver.arrivals.length} came`);
    });
    expect(receiver.arrivals.map(({ eventId }) => eventId).sort()).toEqual([...ids].sort());
    expect(repeatedIn(receiver.arrivals)).toBe(0);
  }

  async function expectAllSucceeded({ id }: CreatedEndpoint, count: number): Promise<void> {
    await eventually(
      async () => {
        const rows = await fleet.api.all((query) => fleet.api.deliveries(query), `endpointId=${id}`);
        return rows.length === count && rows.every(({ status }) => status === 'succeeded') ? rows : null;
      },
      `${count} deliveries to be shown as succeeded`,
      { timeoutMs: 60_000 },
    );
  }

  it(
    'refuses events while EVENTS is full, at every door, and takes them once there is room',
    async () => {
      const { receiver } = await subscribed();
      const ids = idsOf(20);
      await limits.fill('EVENTS');
      try {
        const answers = await Promise.all(
          ids.map((id) => fleet.api.request('POST', '/v1/events', { body: eventOf(id) })),
        );
        for (const answer of answers) {
          expect([answer.status, problemOf(answer).code]).toEqual([503, 'broker_unavailable']);
          expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        }
        const batch = await fleet.api.request('POST', '/v1/events/batch', {
          body: { events: ids.map(eventOf) },
        });
        expect(batch.status).toBe(503);
        expect(Number(batch.headers.get('retry-after'))).toBeGreaterThan(0);
        await expect(producer.publish(type, '{}', { 'Nats-Msg-Id': 'overload-nats' })).rejects.toThrow();
      } finally {
        await limits.free('EVENTS');
      }
      // the very same ids: what was refused must not count as seen
      for (const id of ids) expect((await fleet.api.publish(eventOf(id))).duplicate).toBe(false);
      await expectEachOnce(receiver, ids);
    },
    patienceMs,
  );

  it.each(['DELIVERIES', 'LOG'] as const)(
    'loses nothing while %s is full, and drains after',
    async (stream) => {
      const { receiver, endpoint } = await subscribed();
      const other = idsOf(1).map((id) => `${id}-before`);
      await fleet.api.publish(eventOf(other[0] as string));
      await waitUntil(() => receiver.arrivals.length === 1);
      await expectAllSucceeded(endpoint, 1);
      await limits.fill(stream);
      const ids = idsOf(60);
      try {
        for (const id of ids) await fleet.api.publish(eventOf(id));
        await eventually(() => fleet.api.event(ids[59] as string), 'the last event to be shown');
        // it is full: nothing of LOG is purged within the retention, of DELIVERIES all that was acknowledged
        expect(receiver.arrivals.length).toBeLessThan(stream === 'LOG' ? 2 : 61);
      } finally {
        await limits.free(stream);
      }
      await expectEachOnce(receiver, [...other, ...ids]);
      await expectAllSucceeded(endpoint, 61);
    },
    patienceMs,
  );

  it(
    'keeps the outcomes of attempts that end while LOG is full',
    async () => {
      const { receiver, endpoint } = await subscribed((_arrival, n) => ({
        status: n <= 2 ? 503 : 200,
        // until LOG is full
        delayMs: n <= 10 ? 3_000 : 0,
      }));
      const ids = idsOf(10);
      for (const id of ids) await fleet.api.publish(eventOf(id));
      await waitUntil(() => receiver.open === 10);
      await limits.fill('LOG');
      try {
        await waitUntil(() => receiver.open === 0);
        const shown = await fleet.api.deliveries(`endpointId=${endpoint.id}`);
        expect(shown.data.every(({ status }) => status === 'pending')).toBe(true);
      } finally {
        await limits.free('LOG');
      }
      await expectAllSucceeded(endpoint, 10);
      expect(receiver.arrivals).toHaveLength(12);
    },
    patienceMs,
  );

  it(
    'retries what is due once DELIVERIES has room again',
    async () => {
      const { receiver, endpoint } = await subscribed((_arrival, n) => ({ status: n <= 20 ? 503 : 200 }), {
        schedule: [4_000], // until DELIVERIES is full
      });
      const ids = idsOf(20);
      await Promise.all(ids.map((id) => fleet.api.publish(eventOf(id))));
      await waitUntil(() => receiver.arrivals.length === 20);
      try {
        // due for a while, and nowhere to go
        await waitUntil(async () => {
          await limits.fill('DELIVERIES'); // again and again: what was acknowledged is purged every second
          const { data } = await fleet.api.deliveries(`endpointId=${endpoint.id}&status=retrying&limit=250`);
          return data.some(({ nextAttemptAt }) => Date.parse(nextAttemptAt ?? '') < Date.now() - 500);
        });
      } finally {
        await limits.free('DELIVERIES');
      }
      await expectAllSucceeded(endpoint, 20);
      expect(receiver.arrivals).toHaveLength(40);
    },
    patienceMs,
  );

  it(
    'finishes and stores an attempt of 8 s when it is stopped',
    async () => {
      const { receiver, endpoint } = await subscribed(() => ({ delayMs: 8_000 }));
      const ids = idsOf(3);
      for (const id of ids) await fleet.api.publish(eventOf(id));
      await waitUntil(() => receiver.open === 3);
      fleet.service('deliverer').signal('SIGTERM');
      expect((await fleet.service('deliverer').exited).code).toBe(0);
      expect(receiver.open).toBe(0);
      await expectAllSucceeded(endpoint, 3);
      await fleet.restart('deliverer');
      receiver.setAnswer(() => ({ status: 200 }));
      // something that comes after shows that they do not come again
      await fleet.api.publish(eventOf(`overload-${types}-after`));
      await expectEachOnce(receiver, [...ids, `overload-${types}-after`]);
    },
    patienceMs,
  );

  it(
    'stops in time although LOG is full',
    async () => {
      const { receiver, endpoint } = await subscribed(() => ({ delayMs: 300 }));
      const ids = idsOf(3);
      for (const id of ids) await fleet.api.publish(eventOf(id));
      await waitUntil(() => receiver.open === 3);
      await limits.fill('LOG');
      try {
        await waitUntil(() => receiver.open === 0);
        fleet.service('deliverer').signal('SIGTERM');
        expect((await fleet.service('deliverer').exited).code).toBe(0);
      } finally {
        await limits.free('LOG');
      }
      await fleet.restart('deliverer');
      await expectAllSucceeded(endpoint, 3);
      expect(receiver.arrivals.length).toBeLessThanOrEqual(6);
    },
    patienceMs,
  );
});
