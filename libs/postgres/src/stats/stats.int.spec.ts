import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { applyFacts, openTestDatabase, positioned, rowsOf, type TestDatabase } from '../test-database.js';
import * as f from '../test-facts.js';
import type { Stats } from './read-stats.js';
import type { StatsRequest } from './read-steps.js';

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

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const lastHour = { periodSeconds: 3_600, nowMs: f.startMs + minuteMs };
const lastDay = { periodSeconds: 86_400, nowMs: f.startMs + minuteMs };
const lastWeek = { periodSeconds: 604_800, nowMs: f.startMs + minuteMs };

const stats = (request: StatsRequest, tenant = 'default'): Promise<Stats> =>
  test.db.deliveries.stats(tenant, request);

/** Within the 1 % of a bucket. */
const about = (ms: number): unknown => expect.closeTo(ms, -Math.log10(2 * ms * 0.0101));

const unanswered = (() => {
  const { response: _, ...rest } = f.attempt(1, { outcome: 'retry' });
  return { ...rest, error: { code: 'timeout', message: 'after 10 s' } };
})();

it.each([
  ['hour', lastHour],
  ['day', lastDay],
  ['week', lastWeek],
])('tells the figures of a tenant and of an endpoint over an %s', async (period, request) => {
  const facts = [
    f.fannedOut(1, ['ep_1', 'ep_2']),
    f.succeeded(1),
    f.died(1, { endpointId: 'ep_2' }),
    f.fannedOut(2),
    { ...f.deferred(2), attempt: unanswered },
  ];
  await applyFacts(test.db, positioned(facts));
  expect(await stats(request)).toEqual({
    period,
    totalDeliveries: 3,
    successfulDeliveries: 1,
    failedDeliveries: 1,
    successRate: 0.5,
    avgResponseTime: expect.closeTo((12.5 + 100 + 12.5) / 3, 3),
    p50ResponseTime: about(12.5),
    p95ResponseTime: about(100),
    p99ResponseTime: about(100),
    errorBreakdown: { '503': 1, timeout: 1 },
    deadLetters: 1,
  });
  expect(await stats({ ...request, endpointId: 'ep_1' })).toMatchObject({
    endpointId: 'ep_1',
    totalDeliveries: 2,
    successRate: 1,
    errorBreakdown: { timeout: 1 },
    deadLetters: 0,
  });
  const nothing = {
    totalDeliveries: 0,
    successRate: 0,
    avgResponseTime: 0,
    p99ResponseTime: 0,
    errorBreakdown: {},
  };
  expect(await stats({ ...request, endpointId: 'ep_3' })).toMatchObject(nothing);
  expect(await stats(request, 'other')).toMatchObject(nothing);
  expect(await stats({ ...request, nowMs: f.startMs + 1e9 })).toMatchObject(nothing);
});

it('follows a delivery that died, is reopened, and is delivered after all', async () => {
  const steps = [
    [f.fannedOut(1), { totalDeliveries: 1, successfulDeliveries: 0, failedDeliveries: 0, deadLetters: 0 }],
    [f.died(1), { totalDeliveries: 1, successfulDeliveries: 0, failedDeliveries: 1, deadLetters: 1 }],
    [f.reopened(1), { totalDeliveries: 1, successfulDeliveries: 0, failedDeliveries: 0, deadLetters: 0 }],
    [
      f.succeeded(1, { hop: 2, attemptsMade: 2, attemptsBeforeReopen: 1 }),
      { totalDeliveries: 1, successfulDeliveries: 1, failedDeliveries: 0, deadLetters: 0 },
    ],
  ] as const;
  for (const [index, [fact, expected]] of steps.entries()) {
    await applyFacts(test.db, positioned([fact], index));
    expect(await stats(lastHour)).toMatchObject(expected);
    expect(await stats(lastWeek)).toMatchObject(expected);
  }
  expect(await stats(lastHour)).toMatchObject({ errorBreakdown: { '503': 1 } });
});

it('counts a discarded dead letter as failed and no longer as a dead letter', async () => {
  await applyFacts(test.db, positioned([f.fannedOut(1), f.died(1), f.discarded(1)]));
  expect(await stats(lastHour)).toMatchObject({ failedDeliveries: 1, deadLetters: 0 });
});

it('counts events that were not understood as dead letters of the tenant', async () => {
  await applyFacts(test.db, positioned([f.invalidEvent(1), f.fannedOut(2), f.died(2)]));
  expect(await stats(lastHour)).toMatchObject({ deadLetters: 2, totalDeliveries: 1 });
  expect(await stats({ ...lastHour, endpointId: 'ep_1' })).toMatchObject({ deadLetters: 1 });
});

it('counts nothing twice that is told twice, nor the attempt whose place a success took', async () => {
  const told = positioned([f.fannedOut(1), f.deferred(1), f.fannedOut(2), f.succeeded(2)]);
  await applyFacts(test.db, told);
  const before = await stats(lastHour);
  await applyFacts(test.db, told);
  await applyFacts(test.db, positioned([f.fannedOut(1), f.fannedOut(3), f.deferred(1)], 4));
  expect(await stats(lastHour)).toEqual({ ...before, totalDeliveries: before.totalDeliveries + 1 });
  expect(before.errorBreakdown).toEqual({ '503': 1 });

  await applyFacts(test.db, positioned([f.succeeded(1)], 7)); // of the hop that was deferred
  expect(await stats(lastHour)).toMatchObject({
    successfulDeliveries: 2,
    errorBreakdown: {},
    p99ResponseTime: about(12.5),
  });
});

it('counts an attempt when it was made, and its delivery when it was created', async () => {
  const late = { ...f.failure(2), startedAtMs: f.startMs + 5 * hourMs };
  await applyFacts(test.db, positioned([f.fannedOut(1), f.deferred(1)]));
  await applyFacts(
    test.db,
    positioned(
      [
        {
          ...f.died(1, { hop: 2, attemptsMade: 2, atMs: late.startedAtMs }),
          attempt: { ...late, outcome: 'dead' },
        },
      ],
      2,
    ),
  );
  expect(
    await stats({ periodSeconds: 86_400, nowMs: f.startMs + 25 * hourMs + 30 * minuteMs }),
  ).toMatchObject({
    totalDeliveries: 0,
    failedDeliveries: 0,
    errorBreakdown: { '503': 1 },
    deadLetters: 1,
  });
  expect(await stats({ ...lastDay, nowMs: f.startMs + 6 * hourMs })).toMatchObject({
    totalDeliveries: 1,
    failedDeliveries: 1,
    errorBreakdown: { '503': 2 },
  });
});

it('moves on by the minute', async () => {
  await applyFacts(test.db, positioned([f.fannedOut(1), f.succeeded(1)]));
  expect(await stats({ ...lastHour, nowMs: f.startMs + 60 * minuteMs })).toMatchObject({
    totalDeliveries: 1,
  });
  expect(await stats({ ...lastHour, nowMs: f.startMs + 62 * minuteMs })).toMatchObject({
    totalDeliveries: 0,
  });
});

it('keeps minutes for as long as they are asked for, and hours as long as the rest', async () => {
  const old = { ...f.fannedOut(2), atMs: f.startMs - 3 * hourMs };
  await applyFacts(test.db, positioned([f.fannedOut(1), old]));
  const minutes = () => rowsOf(test.db, 'stats_minutes', 'start_at');
  const hours = () => rowsOf(test.db, 'stats_hours', 'start_at');
  expect(await minutes()).toHaveLength(3); // of the endpoint, its tenant and the fleet; of what is long ago none
  expect(await hours()).toHaveLength(6);
  const days = { rowDays: 7, payloadDays: 7, attemptDays: 7 };
  const keep = (nowMs: number) => test.db.retention.keep({ fleet: days, tenants: new Map() }, nowMs);
  await keep(f.startMs + 119 * minuteMs);
  expect(await minutes()).toHaveLength(3);
  await keep(f.startMs + 121 * minuteMs);
  expect(await minutes()).toEqual([]);
  await keep(f.startMs + 7 * 24 * hourMs);
  expect(await hours()).toHaveLength(6);
  await keep(f.startMs + 8 * 24 * hourMs);
  expect(await hours()).toEqual([]);
});

it('is the same when all is counted anew, as after an upgrade', async () => {
  const slow = f.attempt(2, { durationMs: 29_999.9 });
  const reset = f.attempt(1, { outcome: 'dead', error: { code: 'reset', message: '' }, durationMs: 0.04 });
  const facts = [
    f.fannedOut(1, ['ep_1', 'ep_2', 'ep_3']),
    f.deferred(1),
    { ...f.succeeded(1, { hop: 2, attemptsMade: 2 }), attempt: slow },
    f.died(1, { endpointId: 'ep_2', atMs: f.startMs + 3 * hourMs }),
    { ...f.died(1, { endpointId: 'ep_3' }), attempt: reset },
    { ...f.fannedOut(2), tenant: 'other' },
    { ...f.deferred(2), tenant: 'other', attempt: unanswered },
    f.discarded(1, { endpointId: 'ep_3' }),
    f.invalidEvent(9),
  ];
  await applyFacts(test.db, positioned(facts));
  await test.db.transaction((tx) => test.db.events.store(tx, [f.archived(1), f.archived(2)]));
  const tables = async () => ({
    hours: await rowsOf(test.db, 'stats_hours', 'start_at, tenant, endpoint_id'),
    positions: await rowsOf(test.db, 'time_positions', 'list, seconds, start_at'),
  });
  const before = await tables();
  await test.db.recount();
  expect(await tables()).toEqual(before);
});
