import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { deliveryMessageId, type LogFact } from '@postel/contracts';
import { expectNoLeaks, startTestPostgres, waitUntil, type TestPostgres } from '@postel/testing';
import fc from 'fast-check';
import {
  applyFacts,
  openTestDatabase,
  positioned,
  testPartitions,
  type TestDatabase,
} from '../test-database.js';
import * as f from '../test-facts.js';
import { OrderWorld, type Step } from './order-world.js';
import type { DueSelection } from './select-due.js';
import type { WaitingRow } from './waiting-row.js';

let server: TestPostgres;
let test: TestDatabase;
beforeAll(async () => {
  server = await startTestPostgres();
  test = await openTestDatabase(server);
});
beforeEach(clear);
afterAll(async () => {
  await test.db.close();
  await server.stop();
  await expectNoLeaks();
});

async function clear(): Promise<void> {
  await test.db.transaction((tx) => tx.query('TRUNCATE waiting, ordering_keys, reopened_in_order'));
}

const ending = fc.constantFrom('succeeded' as const, 'deferred' as const, 'died' as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('fan out' as const), ahead: fc.nat(3), key: fc.nat(1) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('repeat a fact' as const), which: fc.nat(99) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('apply' as const),
      facts: fc.integer({ min: 1, max: 6 }),
      rollsBack: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('number' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('put back' as const),
      limit: fc.integer({ min: 1, max: 5 }),
      crashes: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('attempt' as const),
      which: fc.nat(9),
      endings: fc.array(ending, { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('reopen' as const), which: fc.nat(9), tellsOrder: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('end the endpoint' as const),
      limit: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'reach the disk' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'crash of the database' as const }) },
);

it('numbers without gaps and has one of a key out at a time, whatever comes twice, late or is killed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), async (steps) => {
      await clear();
      const world = new OrderWorld(test.db);
      for (const next of steps) await world.take(next);
      await world.drain();
    }),
    { numRuns: 40 },
  );
}, 240_000);

const partitions = Array.from({ length: testPartitions }, (_, partition) => partition);
const selection = { nowMs: f.startMs + 1e9, limit: 100, partitions, defaultRoom: 100, rooms: new Map() };
let position = 0;

async function apply(...facts: readonly LogFact[]): Promise<void> {
  await applyFacts(test.db, positioned(facts, position));
  position += facts.length;
}

const number = () => test.db.transaction((tx) => test.db.waiting.numberHeld(tx, 1_000));

async function putBack(when: DueSelection = selection): Promise<readonly WaitingRow[]> {
  let all: readonly WaitingRow[] = [];
  await test.db.waiting.putBack(when, (rows) => {
    all = rows;
    return Promise.resolve(new Set(rows.map(deliveryMessageId)));
  });
  return all;
}

const numbersOf = (rows: readonly WaitingRow[]) =>
  rows.map(({ ordering }) => `${ordering?.key}${ordering?.sequence}`).sort();
const held = (n: number, key = 'a') =>
  f.deferred(n, { attemptsMade: 0, reason: 'ordering', ordering: { key } });
const head = (n: number, sequence: number, hop = 2) =>
  [n, { hop, ordering: { key: 'a', sequence } }] as const;

it('holds back only the key that fails, and goes on after its dead letter', async () => {
  await apply(held(2), held(1), held(3, 'b'), held(4));
  expect(await putBack()).toEqual([]);
  expect(await number()).toBe(4);
  expect(numbersOf(await putBack())).toEqual(['a1', 'b1']);
  expect(await putBack()).toEqual([]);
  await apply(f.deferred(...head(1, 1)));
  expect(await putBack()).toMatchObject([{ eventSeq: 1, hop: 3, ordering: { key: 'a', sequence: 1 } }]);
  await apply(f.died(...head(1, 1, 3)));
  expect(await putBack()).toMatchObject([{ eventSeq: 2, ordering: { key: 'a', sequence: 2 } }]);
  await apply(f.succeeded(...head(2, 2)), f.succeeded(...head(2, 2)), held(2));
  expect(await number()).toBe(0);
  expect(await putBack()).toMatchObject([{ eventSeq: 4, ordering: { key: 'a', sequence: 3 } }]);
});

it('is due when it is its turn, also where the clocks of who told of it are ahead', async () => {
  const aheadMs = Date.now() + 3_600_000;
  const now = { ...selection, nowMs: Date.now() + 60_000 };
  await apply(...[held(1), held(2)].map((fact) => ({ ...fact, atMs: aheadMs, dueAtMs: aheadMs })));
  await number();
  expect(numbersOf(await putBack(now))).toEqual(['a1']);
  await apply({ ...f.succeeded(...head(1, 1)), atMs: aheadMs });
  expect(numbersOf(await putBack(now))).toEqual(['a2']);
});

it('goes on with one that had been put back when a crash of the database forgot that', async () => {
  await apply(held(1), held(2), held(3));
  await number();
  expect(numbersOf(await putBack())).toEqual(['a1']);
  // the second was released and put back after the first had died; all of that is read again, and at once
  await apply(f.died(...head(1, 1)), f.deferred(...head(1, 1)), f.deferred(...head(2, 2)));
  expect(await putBack()).toMatchObject([{ eventSeq: 2, hop: 3, ordering: { key: 'a', sequence: 2 } }]);
  await apply(f.succeeded(...head(2, 2, 3)), f.deferred(...head(2, 2)), f.deferred(...head(1, 1)));
  expect(await putBack()).toMatchObject([{ eventSeq: 3, hop: 2, ordering: { key: 'a', sequence: 3 } }]);
  expect(await putBack()).toEqual([]);
});

it('goes on with the next number when an endpoint that was disabled takes events again', async () => {
  await apply(held(1), held(2), held(3));
  await number();
  await putBack();
  const died: LogFact[] = [f.died(...head(1, 1))];
  await test.db.waiting.endEndpoint('ep_1', 100, (rows) => {
    for (const { eventSeq, ordering } of rows) died.push(f.died(...head(eventSeq, ordering?.sequence ?? 0)));
    return Promise.resolve();
  });
  await apply(...died);
  await apply(held(4), held(5));
  await number();
  expect(await putBack()).toMatchObject([{ eventSeq: 4, ordering: { key: 'a', sequence: 4 } }]);
});

it('releases the one after, when the next one ends at that moment', async () => {
  await apply(held(1), held(2), held(3));
  await number();
  await putBack();
  let released: Promise<void> = Promise.resolve();
  await test.db.waiting.takeExpired({ beforeMs: f.startMs + 3, partitions, limit: 1 }, async ([row]) => {
    expect(row).toMatchObject({ eventSeq: 2 });
    released = apply(f.succeeded(...head(1, 1)));
    await waitUntil(async () => {
      const { rows } = await test.db.transaction((tx) =>
        tx.query(
          `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        ),
      );
      return rows.length > 0;
    });
  });
  await released;
  expect(await putBack()).toMatchObject([{ eventSeq: 3, ordering: { key: 'a', sequence: 3 } }]);
});

it('takes the numbers from the log when it is rebuilt', async () => {
  const story = [held(1), held(2), held(3), f.succeeded(...head(1, 1)), f.deferred(...head(2, 2))];
  await apply(...story, held(4));
  await number();
  expect(await putBack()).toMatchObject([{ eventSeq: 2, hop: 3, ordering: { sequence: 2 } }]);
  await apply(f.succeeded(...head(2, 2, 3)));
  expect(await putBack()).toMatchObject([{ eventSeq: 3, ordering: { sequence: 3 } }]);
});

const dead = (n: number, sequence = n) => f.died(...head(n, sequence));
const redriven = (n: number, hop = 2) =>
  f.reopened(n, {
    hop,
    attemptsMade: hop - 1,
    attemptsBeforeReopen: hop - 1,
    ordering: { key: 'a', sequence: n },
  });
const again = (n: number, hop = 3) =>
  [
    n,
    {
      hop,
      attemptsMade: hop - 1,
      attemptsBeforeReopen: 1,
      ordering: { key: 'a', sequence: n },
      reopenedAtMs: 1,
    },
  ] as const;

async function deadOf(count: number): Promise<void> {
  await apply(...Array.from({ length: count }, (_, n) => held(n + 1)));
  await number();
  for (let n = 1; n <= count; n++) {
    expect(numbersOf(await putBack())).toEqual([`a${n}`]);
    await apply(dead(n));
  }
}

it('sends what is redriven of a key one after the other, the lowest number first', async () => {
  await deadOf(4);
  await apply(redriven(4), redriven(2), redriven(1), redriven(3));
  for (const n of [1, 2, 3, 4]) {
    expect(numbersOf(await putBack())).toEqual([`a${n}`]);
    expect(await putBack()).toEqual([]);
    await apply(n === 2 ? dead2(n) : f.succeeded(...again(n)));
  }
  expect(await putBack()).toEqual([]);
});
const dead2 = (n: number) => f.died(...again(n));

it('redrives before what waits for its turn, and after what is under way', async () => {
  await deadOf(2);
  await apply(held(3), held(4));
  await number();
  expect(numbersOf(await putBack())).toEqual(['a3']);
  await apply(redriven(2), redriven(1));
  expect(await putBack()).toEqual([]);
  await apply(f.succeeded(...head(3, 3)));
  for (const n of [1, 2, 4]) {
    expect(numbersOf(await putBack())).toEqual([`a${n}`]);
    await apply(n === 4 ? f.succeeded(...head(4, 4)) : f.succeeded(...again(n)));
  }
});

it('holds its key while one that was redriven waits for its retry', async () => {
  await deadOf(2);
  await apply(redriven(1), redriven(2));
  expect(numbersOf(await putBack())).toEqual(['a1']);
  await apply(f.deferred(again(1)[0], { ...again(1)[1], dueAtMs: selection.nowMs + 1 }));
  expect(await putBack()).toEqual([]);
  const later = { ...selection, nowMs: selection.nowMs + 1 };
  expect(await putBack(later)).toMatchObject([{ eventSeq: 1, hop: 4, ordering: { sequence: 1 } }]);
  await apply(f.succeeded(...again(1, 4)));
  expect(numbersOf(await putBack())).toEqual(['a2']);
});

it('waits for none of which it is told again that it was redriven', async () => {
  await deadOf(2);
  await apply(redriven(1));
  expect(numbersOf(await putBack())).toEqual(['a1']);
  await apply(redriven(1), f.succeeded(...again(1)), redriven(1), redriven(2));
  expect(numbersOf(await putBack())).toEqual(['a2']);
  await apply(redriven(1), f.succeeded(...head(1, 1)), f.deferred(...again(1)), f.died(...again(2)));
  expect(await putBack()).toEqual([]);
  await apply(held(3));
  await number();
  expect(numbersOf(await putBack())).toEqual(['a3']);
});

it('lets those of an endpoint that is disabled again end, and goes on', async () => {
  await deadOf(3);
  await apply(redriven(1), redriven(2), redriven(3));
  expect(numbersOf(await putBack())).toEqual(['a1']);
  const ended: LogFact[] = [];
  await test.db.waiting.endEndpoint('ep_1', 100, (rows) => {
    for (const { eventSeq } of rows) ended.push(dead2(eventSeq));
    return Promise.resolve();
  });
  expect(ended).toHaveLength(2);
  await apply(...ended, f.succeeded(...again(1)), held(4));
  await number();
  expect(numbersOf(await putBack())).toEqual(['a4']);
  await apply(f.succeeded(...head(4, 4)), redriven(3, 3));
  expect(await putBack()).toMatchObject([{ eventSeq: 3, hop: 4 }]);
});

it('lets what was redriven by an earlier version go on', async () => {
  await deadOf(3);
  // its row was not held, and is gone; nothing is known of it
  await apply(f.deferred(...again(2)));
  expect(await putBack()).toMatchObject([{ eventSeq: 2, hop: 4 }]);
  await apply(redriven(3), f.deferred(...again(1)));
  expect(await putBack()).toEqual([]);
  await apply(f.succeeded(...again(2, 4)));
  expect(await putBack()).toMatchObject([{ eventSeq: 1, hop: 4 }]);
  await apply(f.succeeded(...again(1, 4)));
  expect(numbersOf(await putBack())).toEqual(['a3']);
});
