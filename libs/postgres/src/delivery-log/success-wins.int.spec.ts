import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DeliveryFact } from '@postel/contracts';
import { deliveriesOf, evolveDelivery, initialDelivery, type DeliveryState } from '@postel/domain';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import fc from 'fast-check';
import { applyFacts, openTestDatabase, positioned, rowsOf, type TestDatabase } from '../test-database.js';
import * as f from '../test-facts.js';
import { figuresOf } from '../stats/recount.fixture.js';
import type { PositionedFact } from './fold-deliveries.js';

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

const kinds = ['succeeded', 'deferred', 'paused', 'died', 'expired', 'reopened', 'discarded'] as const;

/** What an owner, or people, may have said of a hop. Hop n begins with n - 1 attempts behind it. */
function factOf(kind: (typeof kinds)[number], hop: number, reopenedHop: number, atMs: number): DeliveryFact {
  const attemptsBeforeReopen = hop > reopenedHop ? reopenedHop : 0;
  const part = { hop, attemptsMade: hop, attemptsBeforeReopen, atMs: f.startMs + atMs };
  switch (kind) {
    case 'succeeded':
      return f.succeeded(1, part);
    case 'deferred':
      return f.deferred(1, { ...part, ordering: { key: 'k', sequence: 7 } });
    case 'paused':
      return f.deferred(1, { ...part, reason: 'paused', attemptsMade: hop - 1 });
    case 'died':
      return f.died(1, part);
    case 'expired': {
      const { attempt: _, ...unattempted } = f.died(1, { ...part, attemptsMade: hop - 1 });
      return { ...unattempted, reason: 'expired', lastStatus: null, lastError: null };
    }
    case 'reopened':
      return f.reopened(1, {
        ...part,
        hop: reopenedHop,
        attemptsMade: reopenedHop,
        attemptsBeforeReopen: reopenedHop,
      });
    case 'discarded':
      return f.discarded(1, part);
  }
}

const said = fc.tuple(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 4 }), fc.nat(1_000));
const facts = fc
  .tuple(fc.array(said, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 3 }))
  .map(([all, reopenedHop]) => all.map(([kind, hop, atMs]) => factOf(kind, hop, reopenedHop, atMs)))
  // each perhaps twice, in any order
  .chain((some) => fc.shuffledSubarray([...some, ...some], { minLength: 1 }));

const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 12, maxLength: 12 });

async function applyInParts(told: readonly PositionedFact[], partSizes: readonly number[]): Promise<void> {
  for (let from = 0, part = 0; from < told.length; part++) {
    const size = partSizes[part] ?? 1;
    await applyFacts(test.db, told.slice(from, from + size));
    from += size;
  }
}

it('gives the same row as evolving, in whatever order, parts and number facts come', async () => {
  await fc.assert(
    fc.asyncProperty(facts, sizes, fc.boolean(), async (story, batchSizes, fanOutComesAgain) => {
      await test.db.transaction((tx) =>
        tx.query('TRUNCATE deliveries, attempts, dead_letters, waiting, stats_minutes, stats_hours'),
      );
      const told = positioned([f.fannedOut(1), ...story, ...(fanOutComesAgain ? [f.fannedOut(1)] : [])]);
      await applyInParts(told, batchSizes);
      const start = deliveriesOf(f.fannedOut(1)).get(f.deliveryId(1)) ?? initialDelivery;
      expect(await rowsOf(test.db, 'deliveries', 'id')).toEqual([
        rowLike(story.reduce(evolveDelivery, start)),
      ]);
      // the same again, as when the log is read from an earlier position: nothing changes
      const before = await rowsOf(test.db, 'deliveries', 'id');
      await applyFacts(test.db, told);
      expect(await rowsOf(test.db, 'deliveries', 'id')).toEqual(before);
      const { kept, counted } = await figuresOf(test.db);
      expect(kept).toEqual(counted);
    }),
    { numRuns: 100 },
  );
}, 120_000);

function rowLike(state: DeliveryState): object {
  if (state.status === 'none') throw new Error('there is a fan-out');
  const date = (timeMs: number | null) => (timeMs === null ? null : new Date(timeMs));
  return expect.objectContaining({
    status: state.status,
    hop: state.hop,
    attempts: state.attempts,
    attempts_before_reopen: state.attemptsBeforeReopen,
    url: state.url,
    last_status: state.lastStatus,
    last_error_code: state.lastError?.code ?? null,
    last_error_message: state.lastError?.message ?? null,
    next_attempt_at: date(state.nextAttemptAtMs),
    completed_at: date(state.completedAtMs),
    ordering_key: state.delivery.ordering?.key ?? null,
    ordering_sequence: state.delivery.ordering?.sequence ?? null,
  });
}

/**
 * Without what a reopening led to, where that comes before it, and without the discards of what has not died: no log has
 * that.
 */
function causal(story: readonly DeliveryFact[]): readonly DeliveryFact[] {
  const reopened = story.findIndex((one) => one.fact === 'delivery.reopened');
  const likely = story.filter(
    (one, index) => one.attemptsBeforeReopen === 0 || (reopened >= 0 && index >= reopened),
  );
  return likely.filter(
    (one, index) =>
      one.fact !== 'delivery.discarded' ||
      likely.slice(0, index).some(({ fact, hop }) => fact === 'delivery.died' && hop === one.hop),
  );
}

it('has no dead letter for what was discarded, though another owner tells late of an earlier death', async () => {
  await test.db.transaction((tx) => tx.query('TRUNCATE deliveries, attempts, dead_letters, waiting'));
  const earlier = factOf('died', 2, 9, 3);
  const story = [f.fannedOut(1), factOf('expired', 2, 9, 1), factOf('expired', 3, 9, 2), earlier];
  await applyInParts(positioned([...story, factOf('discarded', 3, 9, 4)]), [1, 1, 1, 2]);
  expect(await rowsOf(test.db, 'deliveries', 'id')).toMatchObject([{ status: 'discarded', hop: 3 }]);
  expect(await rowsOf(test.db, 'dead_letters', 'id')).toEqual([]);
});

it('has a dead letter for what is dead, and for nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(facts.map(causal), sizes, async (story, batchSizes) => {
      await test.db.transaction((tx) => tx.query('TRUNCATE deliveries, attempts, dead_letters, waiting'));
      const told = positioned([f.fannedOut(1), ...story]);
      await applyInParts(told, batchSizes);
      const [row] = (await rowsOf(test.db, 'deliveries', 'id')) as [{ status: string; hop: number }];
      const letters = await rowsOf(test.db, 'dead_letters', 'id');
      expect(letters).toEqual(row.status === 'dead' ? [expect.objectContaining({ hop: row.hop })] : []);
    }),
    { numRuns: 100 },
  );
}, 120_000);

it('keeps of two attempts with the same number the successful one, or else the first', async () => {
  const [first, second] = [f.failure(1, 503), f.failure(1, 500)];
  await applyFacts(test.db, positioned([f.fannedOut(2), { ...f.deferred(2), attempt: first }]));
  await applyFacts(test.db, positioned([{ ...f.died(2), attempt: { ...second, outcome: 'dead' } }], 2));
  const statuses = async () =>
    (await test.db.deliveries.attempts('default', f.deliveryId(2))).map(({ response }) => response?.status);
  expect(await statuses()).toEqual([503]);
  await applyFacts(test.db, positioned([f.succeeded(2)], 3));
  expect(await statuses()).toEqual([200]);
  await applyFacts(test.db, positioned([{ ...f.deferred(2), attempt: first }], 4));
  expect(await statuses()).toEqual([200]);
});
