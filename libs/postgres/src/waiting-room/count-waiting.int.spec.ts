import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { openTestDatabase, positioned, testPartitions, type TestDatabase } from '../test-database.js';
import * as f from '../test-facts.js';
import { countByReason } from './count-waiting.js';

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

it('counts a small waiting room, and estimates what a large one holds from a part of it', async () => {
  const facts = Array.from({ length: 10_000 }, (_, n) =>
    f.deferred(n + 1, { reason: n % 4 === 0 ? 'busy' : 'retry' }),
  );
  await test.db.transaction((tx) => test.db.waiting.apply(tx, positioned(facts), testPartitions));
  expect(await test.db.waiting.countByReason()).toEqual(
    new Map([
      ['busy', 2_500],
      ['retry', 7_500],
    ]),
  );
  const estimate = await test.db.transaction((tx) => countByReason(tx, 100));
  const total = [...estimate.values()].reduce((sum, count) => sum + count, 0);
  expect(total / 10_000).toBeCloseTo(1, 0);
  expect((estimate.get('busy') ?? 0) / total).toBeCloseTo(0.25, 1);
}, 60_000);
