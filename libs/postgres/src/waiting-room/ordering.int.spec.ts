import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
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
  await test.db.transaction((tx) => tx.query('TRUNCATE waiting, ordering_keys'));
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
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('reopen' as const), which: fc.nat(9), tellsOrder: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('end the endpoint' as const),
      limit: fc.integer({ min: 1, max: 3 }),
    }),
  },
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
