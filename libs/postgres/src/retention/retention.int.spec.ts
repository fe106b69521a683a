import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
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

const dayMs = 86_400_000;
const on = (day: number) => ({ acceptedAtMs: f.startMs + day * dayMs });
const page = { limit: 10 };

/** An event a day, of which each delivery died. */
async function fill(days: readonly number[]): Promise<void> {
  await test.db.transaction((tx) =>
    test.db.events.store(
      tx,
      days.map((day) => f.archived(day, on(day))),
    ),
  );
  const facts = days.flatMap((day) => [
    { ...f.fannedOut(day), ...on(day) },
    { ...f.died(day), ...on(day) },
  ]);
  await applyFacts(test.db, positioned(facts));
}

it('forgets whole days, and all that belongs to them', async () => {
  await fill([1, 2, 3]);
  const forgotten = await test.db.retention.forgetBefore(f.startMs + 3 * dayMs);
  expect(forgotten).toMatchObject({ deadLetters: 2, jobs: 0 });
  expect(forgotten.partitions.filter((name) => name.startsWith('events_'))).toHaveLength(2);
  const events = await test.db.events.list('default', page);
  const deliveries = await test.db.deliveries.list('default', page);
  const deadLetters = await test.db.deadLetters.list('default', page);
  expect(events.items.map(({ id }) => id)).toEqual(['evt_3']);
  expect(deliveries.items.map(({ eventId }) => eventId)).toEqual(['evt_3']);
  expect(deadLetters.items.map(({ eventId }) => eventId)).toEqual(['evt_3']);
  expect(await test.db.deliveries.attempts('default', f.deliveryId(1))).toEqual([]);
  // nothing is left to do, and the time of a day makes no difference
  expect(await test.db.retention.forgetBefore(f.startMs + 3 * dayMs + 1)).toEqual({
    partitions: [],
    deadLetters: 0,
    jobs: 0,
  });
});

it('has a place again for what comes late of a day that was forgotten', async () => {
  await fill([1, 2]);
  await test.db.retention.forgetBefore(f.startMs + 2 * dayMs);
  await applyFacts(test.db, positioned([{ ...f.fannedOut(7), ...on(1) }], 10));
  expect(await test.db.deliveries.find('default', f.deliveryId(7))).toMatchObject({ eventId: 'evt_7' });
});

it('forgets jobs that nobody resumed for so long', async () => {
  const { jobs } = test.db;
  const parameters = { endpointId: 'ep_1', only: 'all', sinceMs: 0, lastEventSeq: 9, actor: 'x' } as const;
  for (const id of ['job_1', 'job_2'])
    await jobs.create({ id, tenant: 'acme', kind: 'recover', createdAtMs: 0, parameters });
  await jobs.pause('job_1');
  expect(await test.db.retention.forgetBefore(Date.now() + 2 * dayMs)).toMatchObject({ jobs: 1 });
  expect(await jobs.find('job_1')).toBeNull();
  expect(await jobs.find('job_2')).not.toBeNull();
});

it('keeps what waits', async () => {
  await applyFacts(test.db, positioned([{ ...f.deferred(1), ...on(1) }]));
  await test.db.retention.forgetBefore(f.startMs + 9 * dayMs);
  expect(await test.db.waiting.oldestDueAtMs()).not.toBeNull();
});
