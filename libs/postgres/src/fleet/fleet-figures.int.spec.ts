import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { LogFact } from '@postel/contracts';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { applyFacts, openTestDatabase, positioned, type TestDatabase } from '../test-database.js';
import * as f from '../test-facts.js';

let server: TestPostgres;
let test: TestDatabase;
beforeAll(async () => {
  server = await startTestPostgres();
});
beforeEach(async () => {
  test = await openTestDatabase(server);
});
afterEach(async () => {
  await test.db.close();
});
afterAll(async () => {
  await server.stop();
  await expectNoLeaks();
});

const periods = [3_600, 86_400, 604_800];
const nowMs = f.startMs + 60_000;
const of = (tenant: string, ...facts: readonly LogFact[]) => facts.map((fact) => ({ ...fact, tenant }));
const slow = { ...f.failure(1), durationMs: 9_000, outcome: 'dead' as const };

it.each(periods)('tells of %i s of all tenants together, and who fails most', async (periodSeconds) => {
  const request = { periodSeconds, nowMs };
  await applyFacts(
    test.db,
    positioned([
      ...of('good', f.fannedOut(1), f.succeeded(1), f.fannedOut(2), f.succeeded(2)),
      ...of('bad', f.fannedOut(3, ['ep_3', 'ep_4']), f.died(3, { endpointId: 'ep_3' })),
      ...of('bad', { ...f.died(3, { endpointId: 'ep_4' }), attempt: slow }, f.fannedOut(4, ['ep_4'])),
      ...of('bad', f.died(4, { endpointId: 'ep_4' }), f.invalidEvent(5)),
      ...of('long-ago', { ...f.fannedOut(6), atMs: nowMs - 9 * 86_400_000 }),
    ]),
  );
  await test.db.transaction((tx) =>
    test.db.events.store(
      tx,
      [1, 2, 3, 4].map((n) => f.archived(n)),
    ),
  );
  const { fleet } = test.db;
  expect(await fleet.events(request)).toBe(4);
  expect(await fleet.totals(request)).toMatchObject({
    totalDeliveries: 5,
    successfulDeliveries: 2,
    failedDeliveries: 3,
    successRate: 0.4,
    errorBreakdown: { '503': 3 },
    deadLetters: 4,
    p99ResponseTime: expect.closeTo(9_000, -3),
  });
  const good = { tenant: 'good', created: 2, succeeded: 2, failed: 0, deadLetters: 0 };
  const bad = { tenant: 'bad', created: 3, succeeded: 0, failed: 3, deadLetters: 3 };
  expect(await fleet.tenants(request, 9)).toEqual([bad, good]);
  expect(await fleet.tenants(request, 1)).toEqual([bad]);
  const worst = await fleet.worstEndpoints(request, 20, () => true);
  expect(worst).toMatchObject([
    { tenant: 'bad', endpointId: 'ep_4', created: 2, failed: 2, deadLetters: 2 },
    { tenant: 'bad', endpointId: 'ep_3', created: 1, failed: 1, deadLetters: 1 },
  ]);
  expect(worst[0]?.p95ResponseTime).toBeGreaterThan(8_900);
  expect(worst[1]?.p95ResponseTime).toBeCloseTo(100, -1);
  const known = await fleet.worstEndpoints(request, 1, (id) => id === 'ep_3');
  expect(known).toMatchObject([{ endpointId: 'ep_3' }]);
});

it('is nothing where there was nothing', async () => {
  const request = { periodSeconds: 86_400, nowMs };
  const { conservation, fleet, waiting } = test.db;
  expect(await fleet.events(request)).toBe(0);
  expect(await fleet.totals(request)).toMatchObject({ totalDeliveries: 0, deadLetters: 0 });
  expect(await fleet.tenants(request, 9)).toEqual([]);
  expect(await fleet.worstEndpoints(request, 9, () => true)).toEqual([]);
  expect((await waiting.counts()).byReason.size).toBe(0);
  expect(await conservation.fleetDifferences()).toEqual({
    events: 0,
    deliveries: 0,
    checkedAt: null,
    byTenant: new Map(),
  });
});

it('tells whose what does not add up is', async () => {
  await test.db.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO conservation_tenants (tenant, lost_events, unexpected) VALUES ('a', 2, 1), ('b', 0, 0)`,
    );
    await tx.query(`INSERT INTO conservation_deliveries
      VALUES ('dlv_1', 'c', 1, 1, 0, 0, 'pending', 1, NULL, true), ('dlv_2', 'a', 1, 1, 0, 0, 'pending', 1, NULL, true),
             ('dlv_3', 'b', 1, 1, 0, 0, 'pending', 1, NULL, false)`);
  });
  expect(await test.db.conservation.fleetDifferences()).toMatchObject({
    events: 2,
    deliveries: 3,
    byTenant: new Map([
      ['a', 4],
      ['c', 1],
    ]),
  });
});
