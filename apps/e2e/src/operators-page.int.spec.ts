import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FleetAnswer, StatsSeriesAnswer } from '@postel/contracts';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { createTenant, type TenantClient } from './harness/tenant-client.js';

const type = 'order.created';
const patienceMs = 120_000;
/** Eight of the tenants, and that of each dead delivery the operator is told. */
const published = 12;
/** The others are shown for a minute as they were measured last. */
const ofDatabase = ['totals', 'oldestWaitingSeconds', 'conservation', 'jobs'];

describe("the operator's page", () => {
  let fleet: Fleet;
  let good: TenantClient;
  let bad: TenantClient;
  const endpoints: Record<'fine' | 'dead' | 'down' | 'paused', string> = {
    fine: '',
    dead: '',
    down: '',
    paused: '',
  };
  beforeAll(async () => {
    const circuit = { failures: 3, overMs: 100, openMs: 600_000, maxOpenMs: 600_000 };
    fleet = await startFleet({ env: { POSTEL_CIRCUIT: JSON.stringify(circuit) } });
    const receiver = await fleet.receiver(({ path }) => ({
      status: { '/dead': 404, '/down': 503 }[path] ?? 200,
    }));
    [good, bad] = [await createTenant(fleet.api, 'good-co'), await createTenant(fleet.api, 'bad-co')];
    const add = async (client: TenantClient, path: string) => {
      const body = {
        url: `${receiver.url}/${path}`,
        events: [type],
        retry: { schedule: [100, 100, 100, 100] },
      };
      return String((await client.expect(201, 'POST', '/v1/endpoints', body))['id']);
    };
    endpoints.fine = await add(good, 'fine');
    for (const path of ['dead', 'down', 'paused'] as const) endpoints[path] = await add(bad, path);
    await bad.expect(200, 'POST', `/v1/endpoints/${endpoints.paused}/pause`);
    for (const client of [good, bad])
      for (let n = 0; n < 4; n++)
        await client.expect(202, 'POST', '/v1/events', { type, data: { object: { n } } });
  }, fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop();
  }, fleetPatienceMs);

  async function page(period = 'hour'): Promise<FleetAnswer> {
    const answer = await fleet.api.request('GET', `/v1/fleet?period=${period}`);
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return answer.json as FleetAnswer;
  }

  const untilPage = (what: string, isSo: (shown: FleetAnswer) => boolean): Promise<FleetAnswer> =>
    eventually(
      async () => {
        const shown = await page();
        return isSo(shown) ? shown : null;
      },
      what,
      { timeoutMs: 60_000 },
    );

  /** Its parts are measured apart. */
  function isTold({ conservation, projections, tenants, totals }: FleetAnswer): boolean {
    const [worst, best] = tenants ?? [];
    const log = projections?.find(({ projection }) => projection === 'delivery-log');
    return (
      worst?.waiting === 8 &&
      worst.failedDeliveries === 4 &&
      best?.successRate === 1 &&
      best.totalDeliveries === 4 &&
      totals?.events === published &&
      log?.behind === 0 &&
      conservation?.holds === true
    );
  }

  it(
    'tells an incident at a glance, over all tenants, and agrees with what each tenant is told',
    async () => {
      const since = '2999-01-01T00:00:00Z';
      const path = `/v1/endpoints/${endpoints.fine}/recover`;
      const job = await good.expect(202, 'POST', path, { since, only: 'all' });
      await fleet.api.request('POST', `/v1/jobs/${String(job['id'])}/pause`, { token: good.key });
      const shown = await untilPage('all of it to be told', isTold);
      expect(shown).toMatchObject({
        period: 'hour',
        unavailable: [],
        totals: {
          totalDeliveries: 16,
          successfulDeliveries: 4,
          failedDeliveries: 4,
          events: published,
          deadLetters: 4,
        },
        tenants: [
          {
            id: 'bad-co',
            totalDeliveries: 12,
            failedDeliveries: 4,
            successRate: 0,
            deadLetters: 4,
            waiting: 8,
            conservationDifference: 0,
          },
          { id: 'good-co', totalDeliveries: 4, failedDeliveries: 0, successRate: 1, waiting: 0 },
        ],
        worstEndpoints: [
          {
            tenant: 'bad-co',
            endpointId: endpoints.dead,
            url: expect.stringMatching(/\/dead$/),
            status: 'active',
            circuit: { state: 'closed' },
            failedDeliveries: 4,
            successRate: 0,
            p95ResponseTime: expect.any(Number),
            deadLetters: 4,
            waiting: 0,
          },
        ],
        openCircuits: [{ tenant: 'bad-co', endpointId: endpoints.down, since: expect.any(String) }],
        openCircuitCount: 1,
        waiting: { paused: 4 },
        oldestWaitingSeconds: expect.any(Number),
        conservation: { holds: true, eventsDifference: 0, deliveriesDifference: 0 },
      });
      expect(Object.values(shown.waiting ?? {}).reduce((sum, count) => sum + count, 0)).toBe(8);
      await untilPage('the broker to be measured since', ({ streams }) =>
        Boolean(streams?.some(({ stream, messages }) => stream === 'EVENTS' && messages === published)),
      );
      expect(shown.consumers?.map(({ consumer }) => consumer)).toContain('dispatcher');
      expect(shown.projections?.map(({ projection }) => projection)).toContain('delivery-log');
      await agreesWithTenants(shown);
      await jobsAreListed(String(job['id']), shown);
    },
    patienceMs,
  );

  async function agreesWithTenants({ totals }: FleetAnswer): Promise<void> {
    const sums = { totalDeliveries: 0, successfulDeliveries: 0, failedDeliveries: 0, deadLetters: 0 };
    for (const client of [good, bad]) {
      const stats = await client.expect(200, 'GET', '/v1/stats');
      const series = (await client.expect(200, 'GET', '/v1/stats/series')) as unknown as StatsSeriesAnswer;
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) {
        sums[name] += Number(stats[name]);
        expect(series.points.reduce((sum, point) => sum + point[name], 0)).toBe(stats[name]);
      }
    }
    expect(totals).toMatchObject(sums);
    const path = `/v1/endpoints/${endpoints.dead}/stats/series?period=week`;
    const ofEndpoint = (await bad.expect(200, 'GET', path)) as unknown as StatsSeriesAnswer;
    expect(ofEndpoint).toMatchObject({ endpointId: endpoints.dead, period: 'week', stepSeconds: 3_600 });
    expect(ofEndpoint.points).toHaveLength(169);
    expect(ofEndpoint.points.reduce((sum, { errorBreakdown }) => sum + (errorBreakdown['404'] ?? 0), 0)).toBe(
      4,
    );
  }

  async function jobsAreListed(id: string, { jobs }: FleetAnswer): Promise<void> {
    expect(jobs?.filter((job) => job.id === id)).toMatchObject([{ tenant: 'good-co', state: 'paused' }]);
    const listed = async (client: TenantClient, query = '') =>
      ((await client.expect(200, 'GET', `/v1/jobs${query}`))['data'] as { id: string }[]).map(
        (job) => job.id,
      );
    expect(await listed(good)).toEqual([id]);
    expect(await listed(good, `?state=paused&kind=recover&endpointId=${endpoints.fine}`)).toEqual([id]);
    expect(await listed(good, '?state=succeeded')).toEqual([]);
    expect(await listed(good, `?endpointId=${endpoints.dead}`)).toEqual([]);
    expect(await listed(bad)).toEqual([]);
  }

  it('is the operator alone to see', async () => {
    const portal = await bad.expect(201, 'POST', '/v1/portal-tokens', {});
    for (const token of [bad.key, String(portal['token'])]) {
      const answer = await fleet.api.request('GET', '/v1/fleet', { token });
      expect([answer.status, answer.json]).toMatchObject([403, { code: 'forbidden' }]);
    }
  });

  it(
    'says what it cannot know, and tells the rest',
    async () => {
      await fleet.postgres.kill();
      try {
        const without = await untilPage('what is of the database to be missing', ({ unavailable }) =>
          ofDatabase.every((part) => (unavailable as readonly string[]).includes(part)),
        );
        expect(without).toMatchObject({ totals: null, jobs: null, openCircuitCount: 1 });
        expect(without.streams?.length).toBeGreaterThan(0);
      } finally {
        await fleet.postgres.restart();
      }
      await untilPage('all to be known again', ({ unavailable }) => unavailable.length === 0);
      await fleet.nats.kill();
      try {
        const without = await untilPage('what is of the broker to be missing', ({ unavailable }) =>
          ['streams', 'consumers', 'projections'].every((part) =>
            (unavailable as readonly string[]).includes(part),
          ),
        );
        expect(without).toMatchObject({ streams: null, totals: { totalDeliveries: 16 } });
      } finally {
        await fleet.nats.restart();
      }
      await untilPage('all to be known again', ({ unavailable }) => unavailable.length === 0);
    },
    patienceMs,
  );
});
