import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { LogFact } from '@postel/contracts';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import fc from 'fast-check';
import type { Database } from '../database.js';
import {
  applyDeliveries,
  applyFacts,
  openTestDatabase,
  positioned,
  rowsOf,
  testPartitions,
  type TestDatabase,
} from '../test-database.js';
import * as f from '../test-facts.js';
import { figuresOf } from '../stats/recount.fixture.js';
import type { PositionedFact } from './fold-deliveries.js';

let server: TestPostgres;
let single: TestDatabase;
let batched: TestDatabase;
beforeAll(async () => {
  server = await startTestPostgres();
  single = await openTestDatabase(server);
  batched = await openTestDatabase(server);
});
afterAll(async () => {
  await Promise.all([single.db.close(), batched.db.close()]);
  await server.stop();
  await expectNoLeaks();
});

interface Life {
  readonly hop: number;
  readonly attempts: number;
  readonly at: 'new' | 'under way' | 'dead' | 'over';
}

/** The next fact of delivery `n`: any that the state diagram in facts.ts allows, or a repeated fan-out. */
function step(n: number, { hop, attempts, at }: Life, choice: number): [Life, LogFact] {
  const tried = { hop: hop + 1, attemptsMade: attempts + 1 };
  const after = { hop: hop + 1, attempts: attempts + 1 };
  const last = { hop, attemptsMade: attempts };
  if (at === 'new' || at === 'over' || choice === 5) {
    return [{ hop, attempts, at: at === 'new' ? 'under way' : at }, f.fannedOut(n)];
  }
  if (at === 'dead') {
    if (choice > 2) return [{ hop, attempts, at: 'over' }, f.discarded(n, last)];
    return [{ hop, attempts, at: 'under way' }, f.reopened(n, last)];
  }
  if (choice === 0) return [{ ...after, at: 'over' }, f.succeeded(n, tried)];
  if (choice === 1) return [{ ...after, at: 'dead' }, f.died(n, tried)];
  if (choice === 2) {
    const unattempted = { hop: hop + 1, attemptsMade: attempts, reason: 'paused' as const };
    return [{ hop: hop + 1, attempts, at: 'under way' }, f.deferred(n, unattempted)];
  }
  return [{ ...after, at: 'under way' }, f.deferred(n, tried)];
}

function storyOf(choices: readonly (readonly [delivery: number, choice: number])[]): LogFact[] {
  const lives = new Map<number, Life>();
  return choices.map(([n, choice]) => {
    const [life, fact] = step(n, lives.get(n) ?? { hop: 0, attempts: 0, at: 'new' }, choice);
    lives.set(n, life);
    return fact;
  });
}

const tables = [
  ['deliveries', 'id'],
  ['attempts', 'delivery_id, number'],
  ['dead_letters', 'id'],
  ['waiting', 'delivery_id'],
] as const;

async function applyUnplanned(db: Database, fact: PositionedFact): Promise<void> {
  await db.transaction(async (tx) => {
    await db.deliveries.apply(tx, [fact]);
    await db.deadLetters.apply(tx, [fact], new Map());
    await db.waiting.apply(tx, [fact], testPartitions);
  });
}

/** Both say what the rows say. */
async function expectFigures(): Promise<void> {
  for (const { db } of [single, batched]) {
    const { kept, counted } = await figuresOf(db);
    expect(kept).toEqual(counted);
  }
}

it('leaves the same rows whether facts come one by one or in batches', async () => {
  const choices = fc.array(fc.tuple(fc.nat(2), fc.nat(5)), { minLength: 1, maxLength: 24 });
  const sizes = fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 24, maxLength: 24 });
  await fc.assert(
    fc.asyncProperty(choices, sizes, async (story, batchSizes) => {
      const facts = positioned(storyOf(story));
      for (const { db } of [single, batched]) {
        await db.transaction((tx) =>
          tx.query('TRUNCATE deliveries, attempts, dead_letters, waiting, stats_minutes, stats_hours'),
        );
      }
      for (const fact of facts) await applyUnplanned(single.db, fact);
      for (let from = 0, batch = 0; from < facts.length; batch++) {
        const size = batchSizes[batch] ?? 1;
        await applyFacts(batched.db, facts.slice(from, from + size));
        from += size;
      }
      for (const [table, order] of tables) {
        expect(await rowsOf(batched.db, table, order)).toEqual(await rowsOf(single.db, table, order));
      }
      await expectFigures();
    }),
    { numRuns: 40 },
  );
}, 120_000);

it('leaves the same rows when what was held back is read again, and what had been written behind it', async () => {
  const choices = fc.array(fc.tuple(fc.nat(2), fc.nat(5)), { minLength: 1, maxLength: 24 });
  await fc.assert(
    fc.asyncProperty(choices, fc.nat(2), fc.nat(24), async (story, held, crashedAfter) => {
      const facts = positioned(storyOf(story));
      for (const { db } of [single, batched]) {
        await db.transaction((tx) => tx.query('TRUNCATE deliveries, attempts, stats_minutes, stats_hours'));
      }
      const apply = ({ db }: TestDatabase, some: readonly PositionedFact[]) =>
        db.transaction((tx) => applyDeliveries(db, tx, some));
      for (const fact of facts) await single.db.transaction((tx) => single.db.deliveries.apply(tx, [fact]));
      const isHeld = ({ fact }: PositionedFact) => fact.eventSeq === held;
      await apply(
        batched,
        facts.slice(0, crashedAfter).filter((fact) => !isHeld(fact)),
      );
      const firstHeld = facts.findIndex(isHeld);
      await apply(batched, facts.slice(firstHeld < 0 ? crashedAfter : Math.min(firstHeld, crashedAfter)));
      for (const [table, order] of tables.slice(0, 2)) {
        expect(await rowsOf(batched.db, table, order)).toEqual(await rowsOf(single.db, table, order));
      }
      await expectFigures();
    }),
    { numRuns: 40 },
  );
}, 120_000);

it('leaves the same rows when deliveries are planned one after the other', async () => {
  const choices = fc.array(fc.tuple(fc.nat(2), fc.nat(5)), { minLength: 1, maxLength: 24 });
  let asPlanned = 0;
  await fc.assert(
    fc.asyncProperty(choices, async (story) => {
      const facts = positioned(storyOf(story));
      for (const { db } of [single, batched]) {
        await db.transaction((tx) => tx.query('TRUNCATE deliveries, attempts, stats_minutes, stats_hours'));
      }
      for (const fact of facts) await single.db.transaction((tx) => single.db.deliveries.apply(tx, [fact]));
      const reordered = facts.toSorted((a, b) => a.fact.eventSeq - b.fact.eventSeq || a.seq - b.seq);
      if (await batched.db.transaction((tx) => applyDeliveries(batched.db, tx, reordered))) asPlanned += 1;
      for (const [table, order] of tables.slice(0, 2)) {
        expect(await rowsOf(batched.db, table, order)).toEqual(await rowsOf(single.db, table, order));
      }
      await expectFigures();
    }),
    { numRuns: 40 },
  );
  expect(asPlanned).toBeGreaterThan(0); // the others have a fan-out that was repeated
}, 120_000);
