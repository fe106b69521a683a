import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import type { DeadLetter, Delivery } from './harness/api-client.js';
import { repeatedIn, type CountedAnswerer } from './harness/counting-receiver.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { Subscriptions, type Subscription } from './harness/subscriptions.js';

const patienceMs = 180_000;
const far = { schedule: [600_000, 600_000] };
/**
 * What waits follows within a second; the rest is for a busy machine and for views that lag. A sweep, which comes every
 * 30 s, would find it too: it must not be that.
 */
const soonMs = 15_000;

describe('changes of an endpoint for which much waits', () => {
  let fleet: Fleet;
  let subscriptions: Subscriptions;
  beforeAll(async () => {
    fleet = await startFleet();
    subscriptions = new Subscriptions(fleet, 'change');
  }, fleetPatienceMs);
  afterAll(async () => {
    await subscriptions?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  const subscribed = (settings: object, answer?: CountedAnswerer) => subscriptions.add(settings, answer);
  const publish = (to: Pick<Subscription, 'type'>, count: number) => subscriptions.publish(to, count);

  function deliveriesOf(
    { endpoint }: Subscription,
    status: Delivery['status'],
    count: number,
  ): Promise<readonly Delivery[]> {
    return eventually(
      async () => {
        const query = `endpointId=${endpoint.id}&status=${status}`;
        const rows = await fleet.api.all((page) => fleet.api.deliveries(page), query);
        return rows.length === count ? rows : null;
      },
      `${count} deliveries to be ${status}`,
      { timeoutMs: 60_000 },
    );
  }

  /** So many deliveries have failed once and wait for long. */
  async function waiting(count: number, settings: object = {}) {
    const subscription = await subscribed({ retry: far, ...settings }, () => ({ status: 503 }));
    const ids = await publish(subscription, count);
    await deliveriesOf(subscription, 'retrying', count);
    return { ...subscription, ids };
  }

  const deadLettersNow = (endpointId: string) =>
    fleet.api.all((page) => fleet.api.deadLetters(page), `endpointId=${endpointId}`);

  function deadLettersOf({ endpoint }: Subscription, count: number): Promise<readonly DeadLetter[]> {
    return eventually(
      async () => {
        const rows = await deadLettersNow(endpoint.id);
        return rows.length === count ? rows : null;
      },
      `${count} dead letters`,
      { timeoutMs: soonMs },
    );
  }

  it(
    'ends all that waits when it is disabled, and redrives it after it is enabled again',
    async () => {
      const subscription = await waiting(50);
      const { endpoint, receiver, ids } = subscription;
      await fleet.api.setEndpoint(endpoint.id, 'disable');
      const dead = await deadLettersOf(subscription, 50);
      expect(new Set(dead.map(({ reason }) => reason))).toEqual(new Set(['endpoint_disabled']));
      expect(dead.every(({ attempts }) => attempts === 1)).toBe(true);
      expect(dead.map(({ eventId }) => eventId).sort()).toEqual([...ids].sort());
      await deliveriesOf(subscription, 'dead', 50);
      expect(receiver.arrivals).toHaveLength(50);

      const refused = await fleet.api.request('POST', `/v1/dead-letters/${dead[0]?.id}/redrive`);
      expect([refused.status, refused.json]).toMatchObject([409, { code: 'endpoint_not_active' }]);
      expect((await fleet.api.setEndpoint(endpoint.id, 'enable')).status).toBe('active');
      receiver.setAnswer(() => ({ status: 200 }));
      expect(await fleet.api.redriveAll({ endpointId: endpoint.id, reason: 'endpoint_disabled' })).toBe(50);
      await deliveriesOf(subscription, 'succeeded', 50);
      expect(receiver.arrivals).toHaveLength(100);
      await eventually(
        async () => (await deadLettersNow(endpoint.id)).length === 0 || null,
        'no dead letter to be left',
      );
    },
    patienceMs,
  );

  it(
    'ends all that waits when it is deleted, and redrives none of it',
    async () => {
      const subscription = await waiting(50);
      const { endpoint, receiver } = subscription;
      await fleet.api.deleteEndpoint(endpoint.id);
      const dead = await deadLettersOf(subscription, 50);
      expect(new Set(dead.map(({ reason }) => reason))).toEqual(new Set(['endpoint_deleted']));
      for (const path of [`dead-letters/${dead[0]?.id}/redrive`, `deliveries/${dead[0]?.deliveryId}/retry`]) {
        const refused = await fleet.api.request('POST', `/v1/${path}`);
        expect({ path, status: refused.status, json: refused.json }).toMatchObject({
          status: 404,
          json: { code: 'endpoint_not_found' },
        });
      }
      expect(await fleet.api.redriveAll({ reason: 'endpoint_deleted' })).toBe(0);
      expect(receiver.arrivals).toHaveLength(50);
    },
    patienceMs,
  );

  it(
    'sends nothing while it is paused, however much is due, and all of it once it is enabled',
    async () => {
      // so many that none is exhausted before it is paused
      const schedule = Array<number>(50).fill(400);
      const subscription = await subscribed({ retry: { schedule } }, () => ({ status: 503 }));
      const { endpoint, receiver } = subscription;
      const retried = await publish(subscription, 20);
      await waitUntil(() => receiver.arrivals.length >= 20);
      await fleet.api.setEndpoint(endpoint.id, 'pause');
      await waitUntil(() => receiver.open === 0);
      const late = receiver.arrivals.length;
      const fresh = await publish(subscription, 20);
      // another endpoint's retries, begun later, show that the time of these has come
      const other = await subscribed({ retry: { schedule: [400, 400] } }, (_arrival, n) => ({
        status: n <= 2 ? 503 : 200,
      }));
      await publish(other, 1);
      await waitUntil(() => other.receiver.arrivals.length === 3);
      // what was on its way when it was paused
      expect(receiver.arrivals.length - late).toBeLessThanOrEqual(10);
      const whilePaused = receiver.arrivals.length;
      await deliveriesOf(subscription, 'pending', 20);

      receiver.setAnswer(() => ({ status: 200 }));
      await publish(other, 1);
      await waitUntil(() => other.receiver.arrivals.length === 4);
      expect(receiver.arrivals).toHaveLength(whilePaused);
      await fleet.api.setEndpoint(endpoint.id, 'enable');
      const enabledMs = Date.now();
      await waitUntil(() => receiver.arrivals.length >= whilePaused + 40);
      expect(Date.now() - enabledMs).toBeLessThan(soonMs);
      await deliveriesOf(subscription, 'succeeded', 40);
      expect(receiver.arrivals).toHaveLength(whilePaused + 40);
      const after = receiver.arrivals.slice(whilePaused).map(({ eventId }) => eventId);
      expect(after.sort()).toEqual([...retried, ...fresh].sort());
    },
    patienceMs,
  );

  it(
    'brings waiting retries forward when the schedule becomes shorter, and puts them off when it becomes longer',
    async () => {
      const subscription = await waiting(20);
      const { endpoint, receiver } = subscription;
      receiver.setAnswer(() => ({ status: 200 }));
      await fleet.api.updateEndpoint(endpoint.id, { retry: { schedule: [1_200_000] } });
      await fleet.api.updateEndpoint(endpoint.id, { retry: { schedule: [500, 500] } });
      const patchedMs = Date.now();
      await waitUntil(() => receiver.arrivals.length === 40);
      expect(Date.now() - patchedMs).toBeLessThan(soonMs);
      await deliveriesOf(subscription, 'succeeded', 20);
      expect(repeatedIn(receiver.arrivals)).toBe(20);
    },
    patienceMs,
  );

  it(
    'sends what waits to a new URL, with new headers, as it is now',
    async () => {
      const subscription = await waiting(10);
      const moved = await subscriptions.receiver();
      await fleet.api.updateEndpoint(subscription.endpoint.id, {
        url: moved.url,
        headers: { 'x-new': 'yes' },
        retry: { schedule: [100] },
      });
      await deliveriesOf(subscription, 'succeeded', 10);
      expect(moved.arrivals).toHaveLength(10);
      expect(moved.arrivals.every(({ headers }) => headers['x-new'] === 'yes')).toBe(true);
      expect(subscription.receiver.arrivals).toHaveLength(10);
    },
    patienceMs,
  );

  it(
    'takes more at once when maxInFlight is raised, while it is busy',
    async () => {
      const subscription = await subscribed({ maxInFlight: 1 }, () => ({ delayMs: 400 }));
      const ids = await publish(subscription, 60);
      await waitUntil(() => subscription.receiver.arrivals.length >= 2);
      expect(subscription.receiver.mostOpen).toBe(1);
      await fleet.api.updateEndpoint(subscription.endpoint.id, { maxInFlight: 20 });
      await waitUntil(() => subscription.receiver.open > 10, { timeoutMs: soonMs, describe: 'more at once' });
      await deliveriesOf(subscription, 'succeeded', ids.length);
      expect(subscription.receiver.mostOpen).toBeLessThanOrEqual(20);
      expect(repeatedIn(subscription.receiver.arrivals)).toBe(0);
    },
    patienceMs,
  );

  it(
    'ends an attempt that was under way when it was disabled as it ends what waits',
    async () => {
      const subscription = await subscribed({ retry: far }, () => ({ status: 503, delayMs: 1_000 }));
      await publish(subscription, 3);
      await waitUntil(() => subscription.receiver.open === 3);
      await fleet.api.setEndpoint(subscription.endpoint.id, 'disable');
      await waitUntil(() => subscription.receiver.open === 0);
      const dead = await deadLettersOf(subscription, 3);
      expect(new Set(dead.map(({ reason }) => reason))).toEqual(new Set(['endpoint_disabled']));
    },
    patienceMs,
  );

  it(
    'waits as the schedule says that came while the attempt was under way',
    async () => {
      const subscription = await subscribed({ retry: far }, (_arrival, n) => ({
        status: n <= 3 ? 503 : 200,
        delayMs: 1_000,
      }));
      await publish(subscription, 3);
      await waitUntil(() => subscription.receiver.open === 3);
      await fleet.api.updateEndpoint(subscription.endpoint.id, { retry: { schedule: [100] } });
      await deliveriesOf(subscription, 'succeeded', 3);
    },
    patienceMs,
  );

  it(
    'ends what waits for an endpoint that was disabled while no deliverer was there',
    async () => {
      const disabled = await waiting(10);
      await fleet.service('deliverer').kill();
      await fleet.api.setEndpoint(disabled.endpoint.id, 'disable');
      await fleet.restart('deliverer');
      await waitUntil(
        async () => (await fleet.api.deadLetters(`endpointId=${disabled.endpoint.id}`)).data.length === 10,
        { timeoutMs: 30_000, describe: 'the disabled ones to end' },
      );
    },
    patienceMs,
  );
});
