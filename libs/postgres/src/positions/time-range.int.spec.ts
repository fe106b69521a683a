import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import fc from 'fast-check';
import { applyFacts, openTestDatabase, positioned, type TestDatabase } from '../test-database.js';
import * as f from '../test-facts.js';

let server: TestPostgres;
let test: TestDatabase;
beforeAll(async () => {
  server = await startTestPostgres();
  test = await openTestDatabase(server);
});
afterAll(async () => {
  await test.db.close();
  await server.stop();
  await expectNoLeaks();
});

/** Minutes and hours, of which clocks agree as little as they like; on and beside the borders of what is noted. */
const time = fc.oneof(
  fc.integer({ min: 0, max: 180_000 }),
  fc.constantFrom(0, 1, 9_999, 10_000, 10_001, 599_999, 600_000, 600_001, 35_999_999, 36_000_000, 50_000_000),
);
const times = fc.array(time, { minLength: 1, maxLength: 12 });
const range = fc.record({
  sinceMs: fc.option(time, { nil: undefined }),
  untilMs: fc.option(time, { nil: undefined }),
});
const limit = fc.integer({ min: 1, max: 5 });

interface Range {
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

interface Filter extends Range {
  readonly limit: number;
  readonly cursor?: string;
}

/** All pages, one after the other. */
async function all(
  list: (filter: Filter) => Promise<{ items: readonly { id: string }[]; nextCursor: string | null }>,
  { sinceMs, untilMs }: Range,
  pageSize: number,
): Promise<string[]> {
  const at = (ms: number | undefined) => (ms === undefined ? undefined : f.startMs + ms);
  const filter = { sinceMs: at(sinceMs), untilMs: at(untilMs), limit: pageSize };
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await list(cursor === '' ? filter : { ...filter, cursor });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return ids;
}

it('finds in every list what happened in a range of time, whatever the clocks said', async () => {
  await fc.assert(
    fc.asyncProperty(times, range, limit, async (atMs, { sinceMs, untilMs }, pageSize) => {
      await test.db.transaction((tx) =>
        tx.query('TRUNCATE deliveries, attempts, dead_letters, waiting, events, time_positions'),
      );
      const facts = atMs.flatMap((ms, n) => [
        { ...f.fannedOut(n), atMs: f.startMs + ms },
        f.died(n, { atMs: f.startMs + ms }),
      ]);
      await applyFacts(test.db, positioned(facts.slice(0, 5)));
      await applyFacts(test.db, positioned(facts.slice(5), 5));
      const events = atMs.map((ms, n) => f.archived(n, { acceptedAtMs: f.startMs + ms }));
      await test.db.transaction((tx) => test.db.events.store(tx, events));

      const numbers = atMs
        .map((_, n) => n)
        .filter((n) => {
          const ms = atMs[n] ?? NaN;
          return (sinceMs === undefined || ms >= sinceMs) && (untilMs === undefined || ms < untilMs);
        })
        .reverse();
      const { deadLetters, deliveries, events: archive } = test.db;
      const asked = { sinceMs, untilMs };
      const listed = await all((filter) => deliveries.list('default', filter), asked, pageSize);
      expect(listed).toEqual(numbers.map((n) => f.deliveryId(n)));
      expect(await all((filter) => archive.list('default', filter), asked, pageSize)).toEqual(
        numbers.map((n) => `evt_${n}`),
      );
      expect(await all((filter) => deadLetters.list('default', filter), asked, pageSize)).toHaveLength(
        numbers.length,
      );
    }),
    // what lies in the ten seconds in which the range begins, and ends
    {
      numRuns: 30,
      examples: [
        [[1_000, 25_000], { sinceMs: 500, untilMs: undefined }, 5],
        [[1_000, 3_000], { sinceMs: undefined, untilMs: 2_000 }, 5],
      ],
    },
  );
}, 120_000);

it('looks at so many rows for a page and no more, and goes on behind them', async () => {
  const many = 10_400;
  await test.db.transaction((tx) =>
    tx.query('TRUNCATE deliveries, attempts, dead_letters, waiting, events, time_positions'),
  );
  const rare = (n: number) => n === 5 || n === many - 1;
  const facts = Array.from({ length: many }, (_, n) => ({
    ...f.fannedOut(n),
    ...(rare(n) ? { type: 'order.rare' } : {}),
  }));
  await test.db.transaction((tx) => test.db.deliveries.apply(tx, positioned(facts)));
  const filter = { endpointId: 'ep_1', type: 'order.rare', limit: 10 };
  const first = await test.db.deliveries.list('default', filter);
  expect(first.items.map(({ id }) => id)).toEqual([f.deliveryId(many - 1)]);
  expect(first.nextCursor).not.toBeNull();
  // what arrives meanwhile is before the cursor
  const more = positioned([{ ...f.fannedOut(many), type: 'order.rare' }], many);
  await test.db.transaction((tx) => test.db.deliveries.apply(tx, more));
  const second = await test.db.deliveries.list('default', { ...filter, cursor: first.nextCursor ?? '' });
  expect(second.items.map(({ id }) => id)).toEqual([f.deliveryId(5)]);
  expect(second.nextCursor).toBeNull();
}, 60_000);

it('pages every list without missing or repeating a row while others arrive', async () => {
  await test.db.transaction((tx) =>
    tx.query('TRUNCATE deliveries, attempts, dead_letters, waiting, events, time_positions'),
  );
  const arrive = async (from: number, to: number) => {
    const numbers = Array.from({ length: to - from }, (_, i) => from + i);
    await applyFacts(
      test.db,
      positioned(
        numbers.flatMap((n) => [f.fannedOut(n), f.died(n)]),
        from * 2,
      ),
    );
    await test.db.transaction((tx) =>
      test.db.events.store(
        tx,
        numbers.map((n) => f.archived(n)),
      ),
    );
  };
  await arrive(0, 7);
  const { deadLetters, deliveries, events } = test.db;
  const lists = [
    (filter: Filter) => events.list('default', filter),
    (filter: Filter) => events.list('default', { ...filter, type: 'order.created' }),
    (filter: Filter) => deliveries.list('default', filter),
    (filter: Filter) => deliveries.list('default', { ...filter, status: 'dead', endpointId: 'ep_1' }),
    (filter: Filter) => deliveries.list('default', { ...filter, type: 'order.created', status: 'dead' }),
    (filter: Filter) => deadLetters.list('default', filter),
    (filter: Filter) => deadLetters.list('default', { ...filter, endpointId: 'ep_1', reason: 'exhausted' }),
  ];
  let arrived = 7;
  for (const list of lists) {
    const before = arrived;
    const arriving = async (filter: Filter) => {
      const page = await list(filter);
      await arrive(arrived, arrived + 2);
      arrived += 2;
      return page;
    };
    const ids = await all(arriving, {}, 3);
    expect(new Set(ids).size).toBe(before);
    expect(ids).toHaveLength(before);
  }
}, 60_000);
