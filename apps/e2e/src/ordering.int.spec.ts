import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import type { CreatedEndpoint } from './harness/api-client.js';
import {
  startCountingReceiver,
  type Arrival,
  type CountedAnswerer,
  type CountingReceiver,
} from './harness/counting-receiver.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { publishPersistently } from './harness/persistent-producer.js';

const patienceMs = 180_000;

describe('order by key', () => {
  let fleet: Fleet;
  let producer: NatsProducer;
  const receivers: CountingReceiver[] = [];
  beforeAll(async () => {
    fleet = await startFleet({ replicas: { dispatcher: 2, deliverer: 2 } });
    producer = await connectProducer(fleet.nats.url);
  }, fleetPatienceMs);
  afterAll(async () => {
    await producer?.close();
    await Promise.all(receivers.map((receiver) => receiver.close()));
    await fleet?.stop();
  }, fleetPatienceMs);

  let types = 0;
  interface Subscription {
    readonly type: string;
    readonly receiver: CountingReceiver;
    readonly endpoint: CreatedEndpoint;
  }
  async function subscribed(answer: CountedAnswerer, settings: object = {}): Promise<Subscription> {
    const receiver = await startCountingReceiver(answer);
    receivers.push(receiver);
    const type = `order.ordered_${(types += 1)}`;
    const endpoint = await fleet.api.createEndpoint({
      url: receiver.url,
      events: [type],
      ordering: 'key',
      retry: { schedule: Array.from({ length: 100 }, () => 200) },
      ...settings,
    });
    return { type, receiver, endpoint };
  }

  const idsOf = ({ type }: Subscription, key: string, count: number) =>
    Array.from({ length: count }, (_, n) => `${type.replace('.', '_')}-${key}-${n}`);
  const keyOf = (eventId: string) => eventId.split('-')[1] ?? '';

  /** One after the other, by both doors in turn, each after the one before was acknowledged: so the order is known. */
  function publishInOrder({ type }: Subscription, key: string, ids: readonly string[]) {
    const viaNats = (id: string) =>
      producer.publish(type, JSON.stringify({ id }), { 'Nats-Msg-Id': id, 'Postel-Ordering-Key': key });
    const viaHttp = (id: string) =>
      fleet.api.publish({ id, type, orderingKey: key, data: { object: { id } } });
    const publish = (id: string) => (ids.indexOf(id) % 2 === 0 ? viaHttp(id) : viaNats(id));
    return publishPersistently({ ids, publish, inFlight: 1 });
  }

  async function untilCame(
    { receiver }: Subscription,
    ids: readonly string[],
    timeoutMs = 30_000,
  ): Promise<void> {
    const missing = () => {
      const came = new Set(receiver.arrivals.map(({ eventId }) => eventId));
      return ids.filter((id) => !came.has(id));
    };
    await waitUntil(() => missing().length === 0, {
      timeoutMs,
      describe: `${ids.length} events to come`,
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; missing: ${missing().join(' ')}`);
    });
    await waitUntil(() => receiver.open === 0);
  }

  /**
   * One at a time, in order, and with its number: an event may come again, but only before the next one of its key.
   * @param after so many requests that are not looked at
   * @returns how many came again
   */
  function expectOrder({ receiver }: Subscription, key: string, ids: readonly string[], after = 0): number {
    const arrivals = receiver.arrivals.slice(after).filter(({ eventId }) => keyOf(eventId) === key);
    let before: Arrival | null = null;
    for (const arrival of arrivals) {
      const { eventId, headers } = arrival;
      expect({ eventId, sequence: headers['webhook-sequence'] }).toEqual({
        eventId,
        sequence: String(ids.indexOf(eventId) + 1),
      });
      if (before) {
        const step = ids.indexOf(eventId) - ids.indexOf(before.eventId);
        expect({ eventId, after: before.eventId, step: [0, 1].includes(step) }).toMatchObject({ step: true });
        expect(arrival.atMs).toBeGreaterThanOrEqual(before.endedAtMs);
      }
      before = arrival;
    }
    expect(new Set(arrivals.map(({ eventId }) => eventId)).size).toBe(ids.length);
    return arrivals.length - ids.length;
  }

  /** Everything of three keys has died, and their endpoint works again. */
  async function withDeadLetters(count: number) {
    const subscription = await subscribed(() => ({ status: 503 }));
    const { endpoint, receiver } = subscription;
    const keys = new Map(['a', 'b', 'c'].map((key) => [key, idsOf(subscription, key, count)]));
    await Promise.all([...keys].map(([key, ids]) => publishInOrder(subscription, key, ids).done));
    const ofEndpoint = `endpointId=${endpoint.id}&limit=250`;
    const isMade = async () => (await fleet.api.deliveries(ofEndpoint)).data.length === 3 * count;
    await waitUntil(isMade, { describe: 'all of the keys to be fanned out' });
    await fleet.api.setEndpoint(endpoint.id, 'disable');
    const isDead = async () => (await fleet.api.deadLetters(ofEndpoint)).data.length === 3 * count;
    await waitUntil(isDead, { describe: 'all of the keys to end' });
    await fleet.api.setEndpoint(endpoint.id, 'enable');
    receiver.setAnswer(() => ({ delayMs: 15 }));
    return { subscription, keys, before: receiver.arrivals.length };
  }

  async function untilRedriven({ receiver }: Subscription, before: number, count: number): Promise<void> {
    const came = () => new Set(receiver.arrivals.slice(before).map(({ eventId }) => eventId)).size;
    await waitUntil(() => came() === count, { timeoutMs: 60_000, describe: 'all that was redriven to come' });
    await waitUntil(() => receiver.open === 0);
  }

  it(
    'delivers each key in the order of acceptance, one at a time, with gapless numbers',
    async () => {
      const subscription = await subscribed(() => ({ delayMs: 10 }));
      const keys = new Map(['a', 'b', 'c', 'd', 'e'].map((key) => [key, idsOf(subscription, key, 20)]));
      const free = idsOf(subscription, 'free', 20);
      const runs = [...keys].map(([key, ids]) => publishInOrder(subscription, key, ids));
      const { type } = subscription;
      const unordered = publishPersistently({
        ids: free,
        publish: (id) => fleet.api.publish({ id, type, data: { object: { id } } }),
        inFlight: 5,
      });
      await Promise.all([unordered.done, ...runs.map(({ done }) => done)]);
      await untilCame(subscription, free);
      await untilCame(subscription, [...keys.values()].flat());
      for (const [key, ids] of keys) expect(expectOrder(subscription, key, ids)).toBe(0);
      const others = subscription.receiver.arrivals.filter(({ eventId }) => keyOf(eventId) === 'free');
      expect(others.map(({ headers }) => headers['webhook-sequence'])).toEqual(free.map(() => undefined));
    },
    patienceMs,
  );

  it(
    'holds a key whose head fails, and no other; then goes on in order',
    async () => {
      let isDown = true;
      const subscription = await subscribed(({ eventId }) => ({
        status: isDown && keyOf(eventId) === 'bad' ? 503 : 200,
      }));
      const [bad, good] = [idsOf(subscription, 'bad', 8), idsOf(subscription, 'good', 8)];
      await Promise.all([
        publishInOrder(subscription, 'bad', bad).done,
        publishInOrder(subscription, 'good', good).done,
      ]);
      await untilCame(subscription, good);
      await waitUntil(
        () => subscription.receiver.arrivals.filter(({ eventId }) => eventId === bad[0]).length >= 3,
        { describe: 'three attempts of the head' },
      );
      expect(subscription.receiver.arrivals.some(({ eventId }) => eventId === bad[1])).toBe(false);
      isDown = false;
      await untilCame(subscription, bad);
      expect(expectOrder(subscription, 'good', good)).toBe(0);
      expect(expectOrder(subscription, 'bad', bad)).toBeGreaterThanOrEqual(2);
    },
    patienceMs,
  );

  it(
    'goes on after a head that dies',
    async () => {
      let refused = '';
      const subscription = await subscribed(({ eventId }) => ({ status: eventId === refused ? 400 : 200 }));
      const ids = idsOf(subscription, 'k', 6);
      refused = ids[2] as string;
      await publishInOrder(subscription, 'k', ids).done;
      await untilCame(subscription, ids);
      expect(expectOrder(subscription, 'k', ids)).toBe(0);
      const { data } = await eventually(async () => {
        const page = await fleet.api.deadLetters(`eventId=${refused}`);
        return page.data.length > 0 ? page : null;
      }, 'the dead letter');
      expect(data).toMatchObject([{ reason: 'non_retryable', attempts: 1 }]);
    },
    patienceMs,
  );

  it(
    'goes on with the next number after everything of a key ended with its endpoint disabled',
    async () => {
      const subscription = await subscribed(() => ({ status: 503 }));
      const { endpoint, receiver } = subscription;
      const ids = idsOf(subscription, 'k', 8);
      await publishInOrder(subscription, 'k', ids.slice(0, 5)).done;
      await waitUntil(() => receiver.arrivals.length >= 2);
      await fleet.api.setEndpoint(endpoint.id, 'disable');
      await waitUntil(
        async () => (await fleet.api.deadLetters(`endpointId=${endpoint.id}`)).data.length === 5,
        { describe: 'all of the key to end' },
      );
      await fleet.api.setEndpoint(endpoint.id, 'enable');
      receiver.setAnswer(() => ({ status: 200 }));
      await publishInOrder(subscription, 'k', ids.slice(5)).done;
      await untilCame(subscription, ids.slice(5));
      const later = receiver.arrivals.filter(({ eventId }) => ids.indexOf(eventId) >= 5);
      expect(later.map(({ headers }) => headers['webhook-sequence'])).toEqual(['6', '7', '8']);
    },
    patienceMs,
  );

  it(
    'redrives the dead letters of each key in order, one at a time, and holds the key of one that fails again',
    async () => {
      const { subscription, keys, before } = await withDeadLetters(15);
      const { endpoint, receiver } = subscription;
      const failing = keys.get('b')?.[4];
      let failures = 0;
      receiver.setAnswer(({ eventId }) => ({
        status: eventId === failing && ++failures <= 2 ? 503 : 200,
        delayMs: 15,
      }));
      expect(await fleet.api.redriveAll({ endpointId: endpoint.id })).toBe(45);
      await untilRedriven(subscription, before, 45);
      for (const [key, ids] of keys) {
        expect(expectOrder(subscription, key, ids, before)).toBe(key === 'b' ? 2 : 0);
      }
      const late = `${idsOf(subscription, 'a', 1)[0]}-late`;
      await publishInOrder(subscription, 'a', [late]).done;
      await untilCame(subscription, [late]);
      expect(receiver.arrivals.at(-1)?.headers['webhook-sequence']).toBe('16');
    },
    patienceMs,
  );

  it(
    'holds what is paused, and delivers it in order once it is enabled',
    async () => {
      const subscription = await subscribed(() => ({}));
      const ids = idsOf(subscription, 'k', 8);
      await publishInOrder(subscription, 'k', ids.slice(0, 3)).done;
      await fleet.api.setEndpoint(subscription.endpoint.id, 'pause');
      await publishInOrder(subscription, 'k', ids.slice(3)).done;
      await eventually(async () => {
        const { data } = await fleet.api.deliveries(`endpointId=${subscription.endpoint.id}`);
        return data.length === 8 ? data : null;
      }, 'all to be shown');
      await fleet.api.setEndpoint(subscription.endpoint.id, 'enable');
      await untilCame(subscription, ids);
      expect(expectOrder(subscription, 'k', ids)).toBe(0);
    },
    patienceMs,
  );

  it(
    'keeps the order when a dispatcher and a deliverer are killed',
    async () => {
      const subscription = await subscribed(() => ({ delayMs: 10 }));
      const keys = new Map(['a', 'b', 'c'].map((key) => [key, idsOf(subscription, key, 30)]));
      const runs = [...keys].map(([key, ids]) => publishInOrder(subscription, key, ids));
      await waitUntil(() => runs.every(({ accepted }) => accepted.length >= 8));
      await fleet.service('dispatcher', 0).kill();
      await waitUntil(() => subscription.receiver.arrivals.length >= 9);
      await fleet.service('deliverer', 0).kill();
      await Promise.all(runs.map(({ done }) => done));
      await Promise.all([fleet.restart('dispatcher', 0), fleet.restart('deliverer', 0)]);
      await untilCame(subscription, [...keys.values()].flat(), 60_000);
      for (const [key, ids] of keys) expect(expectOrder(subscription, key, ids)).toBeLessThanOrEqual(1);
    },
    patienceMs,
  );

  it.each(['nats', 'postgres'] as const)(
    'keeps the order when %s is killed in the middle',
    async (server) => {
      const subscription = await subscribed(() => ({ delayMs: 10 }));
      const keys = new Map(['a', 'b', 'c'].map((key) => [key, idsOf(subscription, key, 30)]));
      const runs = [...keys].map(([key, ids]) => publishInOrder(subscription, key, ids));
      await waitUntil(() => subscription.receiver.arrivals.length >= 12);
      await fleet[server].kill();
      await fleet[server].restart();
      await Promise.all(runs.map(({ done }) => done));
      await untilCame(subscription, [...keys.values()].flat(), 60_000);
      for (const [key, ids] of keys) expect(expectOrder(subscription, key, ids)).toBeLessThanOrEqual(1);
    },
    patienceMs,
  );

  it.each(['nats', 'postgres', 'deliverer'] as const)(
    'redrives in order when %s is killed in the middle',
    async (killed) => {
      const { subscription, keys, before } = await withDeadLetters(25);
      const { endpoint, receiver } = subscription;
      expect(await fleet.api.redriveAll({ endpointId: endpoint.id })).toBe(75);
      await waitUntil(() => receiver.arrivals.length >= before + 12);
      if (killed === 'deliverer') {
        await Promise.all([0, 1].map((replica) => fleet.service('deliverer', replica).kill()));
        await Promise.all([0, 1].map((replica) => fleet.restart('deliverer', replica)));
      } else {
        await fleet[killed].kill();
        await fleet[killed].restart();
      }
      await untilRedriven(subscription, before, 75);
      for (const [key, ids] of keys)
        expect(expectOrder(subscription, key, ids, before)).toBeLessThanOrEqual(1);
    },
    patienceMs,
  );

  it(
    'waits with what is ordered while PostgreSQL is away, and with nothing else',
    async () => {
      const subscription = await subscribed(() => ({}));
      const { type } = subscription;
      const [ordered, free] = [idsOf(subscription, 'o', 10), idsOf(subscription, 'free', 10)];
      await fleet.postgres.kill();
      try {
        await publishInOrder(subscription, 'o', ordered).done;
        for (const id of free) await fleet.api.publish({ id, type, data: { object: { id } } });
        await untilCame(subscription, free);
      } finally {
        await fleet.postgres.restart();
      }
      expect(subscription.receiver.arrivals).toHaveLength(free.length);
      await untilCame(subscription, ordered, 60_000);
      expect(expectOrder(subscription, 'o', ordered)).toBe(0);
    },
    patienceMs,
  );
});
