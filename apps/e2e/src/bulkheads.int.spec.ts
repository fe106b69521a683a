import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '@postel/contracts';
import { waitUntil } from '@postel/testing';
import { attemptsOf } from './harness/attempts-of.js';
import { mostWithin, repeatedIn, type CountedAnswerer } from './harness/counting-receiver.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { metric } from './harness/metric.js';
import { stopChild } from './harness/stop-child.js';
import { Subscriptions, type Subscription } from './harness/subscriptions.js';
import { createTenant } from './harness/tenant-client.js';

const partitions = 8;
/** A request begins so much after its turn came, on a busy machine; the next one may be on time. */
const lateMs = 500;
const patienceMs = 180_000;

describe('bulkheads and rates', () => {
  let fleet: Fleet;
  let subscriptions: Subscriptions;
  beforeAll(async () => {
    fleet = await startFleet({ env: { POSTEL_PARTITIONS: String(partitions) } });
    subscriptions = new Subscriptions(fleet, 'bulkhead');
  }, fleetPatienceMs);
  afterAll(async () => {
    await subscriptions?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  const subscribed = (settings: object, answer?: CountedAnswerer) => subscriptions.add(settings, answer);
  const publish = (to: Pick<Subscription, 'type'>, count: number) => subscriptions.publish(to, count);

  /** Endpoints get random ids: made until one falls into the partition. */
  async function subscribedIn(partition: number, settings: object): Promise<Subscription> {
    for (;;) {
      const made = await subscribed(settings);
      if (partitionOf(made.endpoint.id, partitions) === partition) return made;
      await fleet.api.deleteEndpoint(made.endpoint.id);
    }
  }

  async function untilAllCame({ receiver }: Pick<Subscription, 'receiver'>, ids: readonly string[]) {
    const came = () => new Set(receiver.arrivals.map(({ eventId }) => eventId));
    await waitUntil(() => came().size >= ids.length, {
      timeoutMs: 60_000,
      describe: `${ids.length} events to arrive`,
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; ${came().size} came`);
    });
    expect([...came()].sort()).toEqual([...ids].sort());
  }

  it(
    'lets an event pass a crowd of another type that was accepted before it',
    async () => {
      const [crowd, other] = [await subscribed({ maxInFlight: 100 }), await subscribed({})];
      await stopChild(fleet.service('dispatcher'));
      const crowdIds: string[] = [];
      for (let batch = 0; batch < 3; batch++) crowdIds.push(...(await publish(crowd, 1_000)));
      const [otherId] = await publish(other, 1);
      await fleet.restart('dispatcher');
      await untilAllCame(other, [otherId as string]);
      await untilAllCame(crowd, crowdIds);
      const fannedOutAt = (eventId: string | undefined) =>
        eventually(async () => {
          const [delivery] = (await fleet.api.deliveries(`eventId=${eventId}`)).data;
          return delivery && Date.parse(delivery.createdAt);
        }, `the delivery of ${eventId}`);
      // in the order of acceptance it would come after the last
      expect(await fannedOutAt(otherId)).toBeLessThan(await fannedOutAt(crowdIds[2_900]));
    },
    patienceMs,
  );

  it(
    'holds a flood to a slow endpoint to its maxInFlight, and lets it delay nobody else',
    async () => {
      let delayMs = 3_000;
      const flooded = await subscribed({ maxInFlight: 3, timeoutMs: 20_000 }, () => ({ delayMs }));
      const partition = partitionOf(flooded.endpoint.id, partitions);
      const neighbours = [
        await subscribedIn(partition, {}),
        await subscribedIn(partition, { maxInFlight: 1 }),
      ];
      const flood = await publish(flooded, 500);
      await waitUntil(() => flooded.receiver.open === 3, { describe: 'three open requests' });

      for (let round = 0; round < 20; round++) {
        for (const neighbour of neighbours) {
          const startedMs = Date.now();
          const [id] = await publish(neighbour, 1);
          const arrival = await eventually(
            () => neighbour.receiver.arrivals.find(({ eventId }) => eventId === id),
            'an event beside the flood',
          );
          // behind it, minutes
          expect(arrival.atMs - startedMs).toBeLessThan(10_000);
        }
      }

      const pending = await eventually(async () => {
        const rows = await fleet.api.all(
          (query) => fleet.api.deliveries(query),
          `endpointId=${flooded.endpoint.id}&status=pending`,
        );
        return rows.length > 450 ? rows : null;
      }, 'the surplus to be shown as pending');
      expect(pending.every(({ attempts }) => attempts === 0)).toBe(true);
      await waitUntil(
        async () =>
          (await metric(fleet.operationsUrl('deliverer'), 'deliveries_waiting', { reason: 'busy' })) > 400,
        { describe: 'the surplus to be counted' },
      );

      delayMs = 5;
      // due when the receiver was slow, but not for long
      await untilAllCame(flooded, flood);
      expect(repeatedIn(flooded.receiver.arrivals)).toBe(0);
      expect(flooded.receiver.mostOpen).toBe(3);
    },
    patienceMs,
  );

  it(
    'holds an endpoint that hangs to a quarter of its places, and gives all back with its first answer',
    async () => {
      const { endpoint, receiver, type } = await subscribed(
        { maxInFlight: 8, timeoutMs: 2_000 },
        () => 'hang',
      );
      const ids = await publish({ type }, 80);
      await waitUntil(() => receiver.open === 8, { describe: 'eight open requests' });
      await waitUntil(() => receiver.arrivals.length > 8 && receiver.open <= 2, {
        describe: 'the first eight to time out',
      });
      receiver.resetMostOpen();
      await waitUntil(() => receiver.arrivals.length >= 14, {
        describe: 'three more rounds',
        timeoutMs: 60_000,
      });
      // two, and of two before the receiver may hear later that they were given up
      expect(receiver.mostOpen).toBeLessThanOrEqual(4);
      receiver.setAnswer(() => ({ delayMs: 700 }));
      await waitUntil(() => receiver.mostOpen === 8, { describe: 'all places', timeoutMs: 60_000 });
      const succeeded = await eventually(async () => {
        const query = `endpointId=${endpoint.id}&status=succeeded`;
        const rows = await fleet.api.all((each) => fleet.api.deliveries(each), query);
        return rows.length === ids.length ? rows : null;
      }, 'everything to be delivered');
      expect(new Set(succeeded.map(({ eventId }) => eventId))).toEqual(new Set(ids));
    },
    patienceMs,
  );

  it(
    'never exceeds a rate, and delivers everything',
    async () => {
      const limited = await subscribed({ rateLimit: { max: 5, perSeconds: 1 } });
      const ids = await publish(limited, 40);
      await untilAllCame(limited, ids);
      const { arrivals } = limited.receiver;
      // by the deliverer's own clock: on a busy machine requests that started apart arrive together
      const deliveries = await eventually(async () => {
        const rows = await fleet.api.all(
          (query) => fleet.api.deliveries(query),
          `endpointId=${limited.endpoint.id}&status=succeeded`,
        );
        return rows.length === 40 ? rows : null;
      }, 'all of it to be shown as delivered');
      const attempts = await Promise.all(deliveries.map(({ id }) => attemptsOf(fleet.api, id, 1)));
      const starts = attempts.flat().map(({ startedAt }) => ({ atMs: Date.parse(startedAt) }));
      expect(starts).toHaveLength(40);
      for (const seconds of [1, 3])
        expect(mostWithin(starts, seconds * 1_000 - lateMs)).toBeLessThanOrEqual(5 * seconds);
      expect(repeatedIn(arrivals)).toBe(0);
    },
    patienceMs,
  );

  it(
    'lets everything go at once when a rate is taken away',
    async () => {
      const limited = await subscribed({ rateLimit: { max: 2, perSeconds: 1 } });
      const ids = await publish(limited, 100);
      await waitUntil(() => limited.receiver.arrivals.length >= 4);
      await fleet.api.updateEndpoint(limited.endpoint.id, { rateLimit: null });
      const patchedMs = Date.now();
      await untilAllCame(limited, ids);
      // at the rate that it had, 48 s
      expect(Date.now() - patchedMs).toBeLessThan(25_000);
      expect(repeatedIn(limited.receiver.arrivals)).toBe(0);
    },
    patienceMs,
  );

  it(
    'delivers beside a thousand attempts that hang at the same host',
    async () => {
      const receiver = await subscriptions.receiver(({ headers }) => (headers['x-answers'] ? {} : 'hang'));
      const { url } = receiver;
      const healthy = { type: 'order.bulkhead_healthy', receiver };
      const answering = { url, events: [healthy.type], headers: { 'x-answers': 'yes' } };
      await fleet.api.createEndpoint(answering);
      await untilAllCame(healthy, await publish(healthy, 1));
      // one tenant alone does not get so many places
      for (const tenant of ['hanging_1', 'hanging_2']) {
        const there = await createTenant(fleet.api, tenant);
        const type = `order.${tenant}`;
        const hanging = { url, events: [type], maxInFlight: 100, timeoutMs: 30_000 };
        for (let n = 0; n < 30; n++) await there.expect(201, 'POST', '/v1/endpoints', hanging);
        const events = Array.from({ length: 40 }, (_, n) => ({ type, data: { object: { n } } }));
        await there.expect(202, 'POST', '/v1/events/batch', { events });
      }
      await waitUntil(
        async () => (await metric(fleet.operationsUrl('deliverer'), 'deliveries_in_flight')) > 1_100,
        { describe: 'more than 1,100 attempts under way', timeoutMs: 20_000 },
      );
      const [id] = await publish(healthy, 1);
      await waitUntil(() => receiver.arrivals.some(({ eventId }) => eventId === id), {
        describe: 'an event beside those that hang',
        timeoutMs: 5_000,
      });
    },
    patienceMs,
  );
});
