import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { openTestDatabase, type TestDatabase } from '../test-database.js';

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

const kind = 'tenant_erasure';
const newJob = { id: 'job_1', tenant: 'acme', kind, createdAtMs: 1_000 } as const;
const claimOf = (owner: string) => ({ jobId: 'job_1', owner });
/** As if its process had been silent for too long. */
const expire = () =>
  test.db.transaction((tx) => tx.query("UPDATE jobs SET leased_until = now() - interval '1 s'"));

it('is in the hands of one, who tells how far it has come and how it ended', async () => {
  const { jobs } = test.db;
  await jobs.create(newJob);
  await jobs.create({ ...newJob, tenant: 'other' });
  const claims = await Promise.all(['a', 'b', 'c'].map((owner) => jobs.claim(kind, owner)));
  const owner = ['a', 'b', 'c'][claims.findIndex((job) => job !== null)] as string;
  expect(claims.filter((job) => job !== null)).toMatchObject([
    { id: 'job_1', tenant: 'acme', state: 'running', done: 0, total: null, completedAt: null },
  ]);
  expect(await jobs.report(claimOf(owner), { done: 3, total: 9 })).toBe(true);
  expect(await jobs.find('job_1')).toMatchObject({
    done: 3,
    total: 9,
    createdAt: '1970-01-01T00:00:01.000Z',
  });
  await jobs.end(claimOf(owner), 'succeeded', null);
  expect(await jobs.find('job_1')).toMatchObject({ state: 'succeeded', completedAt: expect.any(String) });
  await expire();
  expect(await jobs.claim(kind, 'd')).toBeNull();
});

it('is taken up by another when its process was silent for too long, and then is not in its hands', async () => {
  const { jobs } = test.db;
  await jobs.create(newJob);
  await jobs.claim(kind, 'a');
  await jobs.report(claimOf('a'), { done: 1, total: 2 });
  await expire();
  expect(await jobs.claim(kind, 'b')).toMatchObject({ id: 'job_1', done: 1, total: 2 });
  expect(await jobs.report(claimOf('a'), { done: 2, total: 2 })).toBe(false);
  await jobs.end(claimOf('a'), 'failed', 'late');
  expect(await jobs.find('job_1')).toMatchObject({ state: 'running', done: 1, error: null });
});

it('says what holds it up, and is tried again', async () => {
  const { jobs } = test.db;
  await jobs.create(newJob);
  await jobs.claim(kind, 'a');
  await jobs.release(claimOf('a'), 'the broker is away');
  expect(await jobs.find('job_1')).toMatchObject({ state: 'running', error: 'the broker is away' });
  await expire();
  expect(await jobs.claim(kind, 'b')).not.toBeNull();
});
