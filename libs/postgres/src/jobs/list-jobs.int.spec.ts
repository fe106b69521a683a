import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { jobKinds } from '@postel/contracts';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { openTestDatabase, type TestDatabase } from '../test-database.js';
import type { JobFilter } from './job.js';

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

const startMs = Date.UTC(2026, 10, 22, 12);
const recoverOf = (endpointId: string) =>
  ({
    kind: 'recover',
    parameters: { endpointId, only: 'failed', sinceMs: 0, lastEventSeq: 9, actor: 'admin' },
  }) as const;
const redrive = { kind: 'redrive', parameters: { untilMs: 1, afterLogSeq: 0, actor: 'admin' } } as const;
const erasure = { kind: 'tenant_erasure', parameters: {} } as const;

async function make(
  id: string,
  atMs: number,
  what: ReturnType<typeof recoverOf> | typeof redrive | typeof erasure,
  tenant = 'acme',
): Promise<void> {
  await test.db.jobs.create({ id, tenant, createdAtMs: startMs + atMs, ...what });
}

async function end(owner: string, kind: 'recover' | 'redrive'): Promise<void> {
  const job = await test.db.jobs.claim(kind, owner);
  if (job) await test.db.jobs.end({ jobId: job.id, owner }, 'succeeded', null);
}

async function idsOf(filter: Partial<JobFilter>, tenant = 'acme'): Promise<string[]> {
  const { items } = await test.db.jobs.list(tenant, { limit: 50, kinds: jobKinds, ...filter });
  return items.map(({ id }) => id);
}

it('lists the jobs of one tenant, newest first, and by what is asked', async () => {
  await make('job_1', 1, recoverOf('ep_1'));
  await make('job_2', 2, redrive);
  await make('job_3', 0, recoverOf('ep_2'));
  await make('job_4', 3, erasure);
  await make('job_5', 9, recoverOf('ep_1'), 'other');
  await end('a', 'redrive');
  expect(await idsOf({})).toEqual(['job_4', 'job_2', 'job_1', 'job_3']);
  expect(await idsOf({ kinds: ['recover'] })).toEqual(['job_1', 'job_3']);
  expect(await idsOf({ kinds: [] })).toEqual([]);
  expect(await idsOf({ state: 'succeeded' })).toEqual(['job_2']);
  expect(await idsOf({ state: 'queued', kinds: ['recover', 'redrive'] })).toEqual(['job_1', 'job_3']);
  expect(await idsOf({ endpointId: 'ep_1' })).toEqual(['job_1']);
  expect(await idsOf({ endpointId: 'ep_1' }, 'other')).toEqual(['job_5']);
  expect(await idsOf({}, 'nobody')).toEqual([]);
  const [job] = (await test.db.jobs.list('acme', { limit: 1, kinds: ['redrive'] })).items;
  expect(job).toEqual(await test.db.jobs.find('job_2'));
});

it('pages without losing or repeating one, of the same moment too, while jobs arrive', async () => {
  const made = Array.from({ length: 11 }, (_, n) => `job_${n}`);
  for (const id of made) await make(id, 5, redrive);
  const seen: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await test.db.jobs.list('acme', { limit: 3, cursor, kinds: jobKinds });
    seen.push(...page.items.map(({ id }) => id));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
    await make(`job_later_${seen.length}`, 6, redrive);
  }
  expect(seen).toEqual(made.toReversed());
});

it('is the end of the list where a cursor names a time that there is not', async () => {
  await make('job_1', 1, redrive);
  const early = Buffer.from(`j${-Number.MAX_SAFE_INTEGER}.1`).toString('base64url');
  expect(await idsOf({ cursor: early })).toEqual([]);
  await expect(idsOf({ cursor: 'nonsense' })).rejects.toThrow('cursor');
});

it('tells of the newest that are not finished, of all tenants', async () => {
  await make('job_1', 1, recoverOf('ep_1'));
  await make('job_2', 2, redrive, 'other');
  await make('job_3', 3, redrive);
  await make('job_4', 4, erasure, 'gone');
  await test.db.jobs.pause('job_3');
  await end('a', 'redrive');
  const unfinished = await test.db.jobs.unfinished(50);
  expect(unfinished.map(({ id, tenant }) => [id, tenant])).toEqual([
    ['job_4', 'gone'],
    ['job_3', 'acme'],
    ['job_1', 'acme'],
  ]);
  expect(await test.db.jobs.unfinished(1)).toHaveLength(1);
});
