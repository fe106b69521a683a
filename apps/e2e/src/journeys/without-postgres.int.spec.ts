import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import { problemOf, type CreatedEndpoint, type Delivery } from '../harness/api-client.js';
import {
  repeatedIn,
  startCountingReceiver,
  type CountedAnswerer,
  type CountingReceiver,
} from '../harness/counting-receiver.js';
import { eventually } from '../harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from '../harness/fleet.js';
import { overHttp, publishPersistently } from '../harness/persistent-producer.js';

const outageMs = 60_000;
const levelMs = 90_000;
const patienceMs = outageMs + 2 * levelMs;
const type = 'order.meanwhile';
const perBurst = 10;
const everyMs = 250;

interface Subscription {
  readonly receiver: CountingReceiver;
  readonly endpoint: CreatedEndpoint;
}

describe('PostgreSQL away for a while under load', () => {
  let fleet: Fleet;
  const receivers: CountingReceiver[] = [];
  beforeAll(async () => {
    fleet = await startFleet();
  }, fleetPatienceMs);
  afterAll(async () => {
    await Promise.all(receivers.map((receiver) => receiver.close()));
    await fleet?.stop();
  }, fleetPatienceMs);

  async function subscribed(answer?: CountedAnswerer, settings: object = {}): Promise<Subscription> {
    const receiver = await startCountingReceiver(answer);
    receivers.push(receiver);
    const retry = { schedule: [1_000, 1_000, 1_000] };
    const endpoint = await fleet.api.createEndpoint({
      url: receiver.url,
      events: [type],
      retry,
      ...settings,
    });
    return { receiver, endpoint };
  }

  const distinct = ({ receiver }: Subscription) =>
    new Set(receiver.arrivals.map(({ eventId }) => eventId)).size;

  /** In bursts, so long; each burst is acknowledged at its first try. @returns the ids */
  async function publishFor(durationMs: number): Promise<string[]> {
    const ids: string[] = [];
    for (const endMs = Date.now() + durationMs; Date.now() < endMs;) {
      const nextMs = Date.now() + everyMs;
      const burst = Array.from({ length: perBurst }, (_, n) => `meanwhile-${ids.length + n}`);
      const run = publishPersistently({ ids: burst, publish: overHttp(fleet.api, type), inFlight: perBurst });
      await run.done;
      expect(run.repetitions()).toBe(0);
      ids.push(...burst);
      await waitUntil(() => Date.now() >= nextMs);
    }
    return ids;
  }

  async function expectWhatWorksWithout(): Promise<void> {
    const read = await fleet.api.request('GET', '/v1/deliveries');
    expect([read.status, problemOf(read).code]).toEqual([503, 'database_unavailable']);
    expect(read.headers.get('retry-after')).toBeTruthy();
    for (const name of ['metrics', 'dead-letter', 'deliverer'] as const) {
      const url = fleet.operationsUrl(name);
      expect({ name, status: (await fetch(`${url}/healthz`)).status }).toEqual({ name, status: 200 });
      const readiness = await fetch(`${url}/readyz`);
      expect([name, readiness.status, await readiness.json()]).toMatchObject([
        name,
        503,
        { parts: { database: 'down' } },
      ]);
    }
    expect((await fleet.api.request('GET', '/readyz', { token: null })).status).toBe(200);
  }

  /** One row an event, all of that status. */
  const untilShown = ({ endpoint }: Subscription, status: Delivery['status'], ids: readonly string[]) =>
    eventually(
      async () => {
        const query = `endpointId=${endpoint.id}`;
        const rows = await fleet.api.all((page) => fleet.api.deliveries(page), query);
        const events = new Set(rows.map(({ eventId }) => eventId));
        const isAll = rows.length === ids.length && events.size === ids.length;
        return isAll && rows.every((row) => row.status === status) ? rows : null;
      },
      `${ids.length} deliveries to be shown as ${status}`,
      { timeoutMs: levelMs },
    );

  it(
    'goes on accepting and attempting, and is level afterwards: nothing lost, nothing twice, nothing unknown',
    async () => {
      const good = await subscribed();
      const second = await subscribed(({ headers }) => ({
        status: headers['x-webhook-attempt'] === '1' ? 503 : 200,
      }));
      const refusing = await subscribed(() => ({ status: 404 }));
      const ordered = await subscribed(undefined, { ordering: 'key' });
      const all = [good, second, refusing, ordered];
      await fleet.api.publish({ id: 'before', type, data: { object: {} } });
      await Promise.all([
        untilShown(good, 'succeeded', ['before']),
        untilShown(second, 'succeeded', ['before']),
      ]);

      await fleet.postgres.kill();
      let ids: string[];
      try {
        ids = ['before', ...(await publishFor(outageMs))];
        await waitUntil(() => [good, second, refusing].every((one) => distinct(one) === ids.length), {
          timeoutMs: 60_000,
          describe: 'the first attempts of all, without a database',
        });
        await expectWhatWorksWithout();
      } finally {
        await fleet.postgres.restart();
      }

      await untilShown(good, 'succeeded', ids);
      await untilShown(second, 'succeeded', ids);
      await untilShown(refusing, 'dead', ids);
      await untilShown(ordered, 'succeeded', ids);
      // what came is what is shown
      expect(all.map(distinct)).toEqual(all.map(() => ids.length));
      expect([good, refusing, ordered].map(({ receiver }) => repeatedIn(receiver.arrivals))).toEqual([
        0, 0, 0,
      ]);
      expect(second.receiver.arrivals).toHaveLength(2 * ids.length);
      const letters = await eventually(
        async () => {
          const query = `endpointId=${refusing.endpoint.id}`;
          const rows = await fleet.api.all((page) => fleet.api.deadLetters(page), query);
          return rows.length === ids.length ? rows : null;
        },
        'the dead letters',
        { timeoutMs: levelMs },
      );
      expect(new Set(letters.map(({ eventId, reason }) => `${eventId} ${reason}`)).size).toBe(ids.length);
      const figures = await eventually(async () => {
        const stats = await fleet.api.stats();
        return stats.successfulDeliveries + stats.failedDeliveries === all.length * ids.length ? stats : null;
      }, 'the figures of all');
      expect(figures).toMatchObject({
        totalDeliveries: all.length * ids.length,
        successfulDeliveries: 3 * ids.length,
        failedDeliveries: ids.length,
        deadLetters: ids.length,
        errorBreakdown: { '404': ids.length, '503': ids.length },
      });
      // every event that was accepted can be looked up
      const last = ids.at(-1) ?? '';
      await eventually(() => fleet.api.event(last), 'the last event in the archive');
    },
    patienceMs,
  );
});
