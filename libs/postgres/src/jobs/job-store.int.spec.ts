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
const newJob = { id: 'job_1', tenant: 'acme', kind, parameters: {}, createdAtMs: 1_000 } as const;
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
  await jobs.release(claimOf('a'), { error: 'the broker is away', afterMs: 1_000 });
  expect(await jobs.find('job_1')).toMatchObject({ state: 'running', error: 'the broker is away' });
  await expire();
  expect(await jobs.claim(kind, 'b')).not.toBeNull();
});

const recover = (id: string) =>
  ({
    id,
    tenant: 'acme',
    kind: 'recover',
    createdAtMs: 1_000,
    alone: 'recover:ep_1',
    parameters: { endpointId: 'ep_1', only: 'missing', sinceMs: 0, lastEventSeq: 9, actor: 'admin' },
  }) as const;
const progress = { done: 3, total: 9, failed: 1, deliveries: 2 };

it("is in nobody's hands while it is paused, and goes on from where it was", async () => {
  const { jobs } = test.db;
  await jobs.create(recover('job_1'));
  expect(await jobs.claim('recover', 'a')).toMatchObject({
    cursor: null,
    parameters: { endpointId: 'ep_1' },
  });
  expect(await jobs.save(claimOf('a'), { after: 7, upTo: 9 }, progress)).toBe(true);
  expect(await jobs.pause('job_1')).toBe(true);
  expect(await jobs.pause('job_1')).toBe(false);
  expect(await jobs.save(claimOf('a'), { after: 9, upTo: 9 }, progress)).toBe(false);
  await jobs.end(claimOf('a'), 'succeeded', null);
  await jobs.release(claimOf('a'), { afterMs: 0 });
  expect(await jobs.claim('recover', 'b')).toBeNull();
  expect(await jobs.find('job_1')).toMatchObject({ state: 'paused', completedAt: null });
  expect(await jobs.resume('job_1')).toBe('resumed');
  expect(await jobs.resume('job_1')).toBe('not-paused');
  expect(await jobs.claim('recover', 'b')).toMatchObject({ ...progress, cursor: { after: 7, upTo: 9 } });
});

it("is one at a time where two would get in each other's way; a paused one is in nobody's", async () => {
  const { jobs } = test.db;
  expect(await jobs.create(recover('job_1'))).toBe(true);
  expect(await jobs.create(recover('job_2'))).toBe(false);
  await jobs.pause('job_1');
  expect(await jobs.create(recover('job_2'))).toBe(true);
  expect(await jobs.resume('job_1')).toBe('in-the-way');
  await jobs.claim('recover', 'a');
  await jobs.end({ jobId: 'job_2', owner: 'a' }, 'succeeded', null);
  expect(await jobs.resume('job_1')).toBe('resumed');
});

it('cannot be paused when it erases a tenant', async () => {
  const { jobs } = test.db;
  await jobs.create(newJob);
  expect(await jobs.pause('job_1')).toBe(false);
  expect(await jobs.claim(kind, 'a')).not.toBeNull();
});

it('gives way to those that had no turn for longer', async () => {
  const { jobs } = test.db;
  await jobs.create(newJob);
  await jobs.create({ ...newJob, id: 'job_2' });
  expect(await jobs.claim(kind, 'a')).toMatchObject({ id: 'job_1' });
  await jobs.release(claimOf('a'), { waitingFor: 'archive', afterMs: 0 });
  expect(await jobs.find('job_1')).toMatchObject({ waitingFor: 'archive' });
  expect(await jobs.claim(kind, 'a')).toMatchObject({ id: 'job_2' });
  expect(await jobs.claim(kind, 'a')).toMatchObject({ id: 'job_1' });
});
