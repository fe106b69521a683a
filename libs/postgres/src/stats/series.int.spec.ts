import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { AttemptRecord, LogFact } from '@postel/contracts';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import fc from 'fast-check';
import { applyFacts, openTestDatabase, positioned, type TestDatabase } from '../test-database.js';
import * as f from '../test-facts.js';
import type { StatsPoint } from './read-series.js';

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
const periods = { hour: 3_600, day: 86_400, week: 604_800 } as const;
/** Not on a step: the first and the last step are parts. */
const nowMs = f.startMs + 90 * minuteMs + 12_345;
const since = (periodSeconds: number) => ({ periodSeconds, nowMs });

it.each([
  ['hour', periods.hour, 61, minuteMs],
  ['day', periods.day, 25, hourMs],
  ['week', periods.week, 169, hourMs],
])('has every step of an %s, oldest first, where there was nothing', async (_, period, count, stepMs) => {
  const { points, stepSeconds } = await test.db.deliveries.series('default', since(period));
  expect(stepSeconds).toBe(stepMs / 1_000);
  const lastMs = Math.floor(nowMs / stepMs) * stepMs;
  const starts = Array.from({ length: count }, (__, n) => lastMs - (count - 1 - n) * stepMs);
  expect(points).toEqual(
    starts.map((startMs) => ({
      at: new Date(startMs).toISOString(),
      totalDeliveries: 0,
      successfulDeliveries: 0,
      failedDeliveries: 0,
      successRate: null,
      p50ResponseTime: null,
      p95ResponseTime: null,
      p99ResponseTime: null,
      errorBreakdown: {},
      deadLetters: 0,
    })),
  );
});

it('tells each figure in its step', async () => {
  const facts = [
    f.fannedOut(1),
    f.succeeded(1),
    { ...f.fannedOut(2), atMs: f.startMs + 61 * minuteMs },
    tried({ ...f.died(2), atMs: f.startMs + 62 * minuteMs }, f.startMs + 62 * minuteMs),
    { ...f.invalidEvent(3), atMs: f.startMs + 61 * minuteMs },
  ];
  await applyFacts(test.db, positioned(facts));
  const { points } = await test.db.deliveries.series('default', since(periods.day));
  expect(points.filter(({ totalDeliveries }) => totalDeliveries > 0)).toMatchObject([
    {
      at: new Date(f.startMs).toISOString(),
      totalDeliveries: 1,
      successRate: 1,
      errorBreakdown: {},
      deadLetters: 0,
    },
    {
      at: new Date(f.startMs + hourMs).toISOString(),
      totalDeliveries: 1,
      failedDeliveries: 1,
      successRate: 0,
      errorBreakdown: { '503': 1 },
      deadLetters: 2,
    },
  ]);
  expect(points[23]?.p50ResponseTime).toBeCloseTo(12.5, 0);
  expect(points[24]?.p50ResponseTime).toBeGreaterThan(90);
  const minutes = (await test.db.deliveries.series('default', since(periods.hour))).points;
  expect(minutes.map(({ totalDeliveries, deadLetters }) => [totalDeliveries, deadLetters])).toEqual(
    minutes.map((_, n) => [n === 31 ? 1 : 0, n === 31 || n === 32 ? 1 : 0]),
  );
});

const outcome = fc.record({
  atMs: fc.integer({ min: nowMs - 8 * 24 * hourMs, max: nowMs }),
  isRecent: fc.boolean(),
  lastsMs: fc.integer({ min: 0, max: 3 * hourMs }),
  durationMs: fc.double({ min: 0.2, max: 20_000, noNaN: true }),
  status: fc.constantFrom(500, 503, 404),
  tenant: fc.constantFrom('default', 'other'),
  endpointId: fc.constantFrom('ep_1', 'ep_2'),
  end: fc.constantFrom('open', 'succeeded', 'died', 'discarded', 'invalid'),
});
type Outcome = typeof outcome extends fc.Arbitrary<infer T> ? T : never;

it('adds up to the figures of the period, whatever happened', async () => {
  const outcomes = fc.sample(outcome, { numRuns: 400, seed: 8 });
  await applyFacts(test.db, positioned(outcomes.flatMap(factsOf)));
  for (const tenant of ['default', 'other'])
    for (const endpointId of [undefined, 'ep_1', 'ep_2'])
      for (const periodSeconds of Object.values(periods)) {
        const request = { ...since(periodSeconds), endpointId };
        const { points } = await test.db.deliveries.series(tenant, request);
        const whole = await test.db.deliveries.stats(tenant, request);
        expect(whole.totalDeliveries).toBeGreaterThan(5);
        expect(sumOf(points)).toEqual({
          totalDeliveries: whole.totalDeliveries,
          successfulDeliveries: whole.successfulDeliveries,
          failedDeliveries: whole.failedDeliveries,
          deadLetters: whole.deadLetters,
          errorBreakdown: whole.errorBreakdown,
        });
        const within = points.flatMap(({ p50ResponseTime }) => p50ResponseTime ?? []);
        expect(Math.min(...within)).toBeLessThanOrEqual(whole.p50ResponseTime);
        expect(Math.max(...within)).toBeGreaterThanOrEqual(whole.p50ResponseTime);
      }
});

function factsOf(made: Outcome, index: number): LogFact[] {
  const { tenant, endpointId, end, durationMs, status } = made;
  const n = index + 1;
  const createdMs = made.isRecent ? nowMs - (made.atMs % (2 * hourMs)) : made.atMs;
  const endedMs = Math.min(nowMs, createdMs + made.lastsMs);
  const failed = f.failure(1, status);
  const later = { endpointId, atMs: endedMs };
  const begun = [{ ...f.fannedOut(n, [endpointId]), atMs: createdMs }];
  const died = tried({ ...f.died(n, later) }, endedMs, { ...failed, durationMs, outcome: 'dead' });
  const ends = {
    open: begun,
    succeeded: [...begun, tried(f.succeeded(n, later), endedMs, { ...f.attempt(1), durationMs })],
    died: [...begun, died],
    discarded: [...begun, died, f.discarded(n, later)],
    invalid: [{ ...f.invalidEvent(n), atMs: createdMs }],
  };
  return ends[end].map((fact) => ({ ...fact, tenant }));
}

function tried<T extends { readonly attempt?: AttemptRecord }>(
  fact: T,
  startedAtMs: number,
  attempt = fact.attempt,
): T {
  return attempt ? { ...fact, attempt: { ...attempt, startedAtMs } } : fact;
}

function sumOf(points: readonly StatsPoint[]): object {
  const sum = (count: (point: StatsPoint) => number) =>
    points.reduce((total, point) => total + count(point), 0);
  const errors: Record<string, number> = {};
  for (const { errorBreakdown } of points)
    for (const [error, count] of Object.entries(errorBreakdown)) errors[error] = (errors[error] ?? 0) + count;
  return {
    totalDeliveries: sum((point) => point.totalDeliveries),
    successfulDeliveries: sum((point) => point.successfulDeliveries),
    failedDeliveries: sum((point) => point.failedDeliveries),
    deadLetters: sum((point) => point.deadLetters),
    errorBreakdown: errors,
  };
}
