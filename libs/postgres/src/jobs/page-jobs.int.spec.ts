import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, waitUntil, type TestPostgres } from '@postel/testing';
import { openTestDatabase, type TestDatabase } from '../test-database.js';
import { pageJobs, type JobTurn, type Needs, type PagedWork } from './page-jobs.js';

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

const last = 10;
const pageSize = 3;

/** Makes a number of each number up to the last, and knows only those that its tables have reached. */
class Numbers implements PagedWork<'recover', number> {
  readonly kind = 'recover';
  readonly log: number[] = [];
  /** What the tables know of the log. */
  known = 0;
  /** Whether the process ends before it can tell what it appended. */
  crashes = (_made: readonly number[]): boolean => false;
  isFull = false;

  async begin() {
    return { kind: 'begun', cursor: { after: 0, upTo: last, needs: {} }, total: last } as const;
  }
  async needsNow(): Promise<Needs> {
    return { numbers: this.log.length };
  }
  async nextPage(_job: unknown, after: number, upTo: number) {
    if (this.isFull) return { kind: 'wait', waitingFor: 'deliveries' } as const;
    const known = this.log.slice(0, this.known);
    const looked = Array.from({ length: upTo - after }, (_, n) => after + n + 1).slice(0, pageSize);
    const isLast = looked.length < pageSize;
    const effects = looked.filter((number) => !known.includes(number));
    const end = isLast ? upTo : after + pageSize;
    return { kind: 'page', effects, upTo: end, looked: looked.length, failed: 0, isLast } as const;
  }
  async carryOut(_job: unknown, made: readonly number[]): Promise<Needs> {
    this.log.push(...made);
    if (this.crashes(made)) throw new Error('crashed');
    return {};
  }
}

const job = {
  id: 'job_1',
  tenant: 'acme',
  kind: 'recover',
  createdAtMs: 1_000,
  parameters: { endpointId: 'ep_1', only: 'all', sinceMs: 0, lastEventSeq: 9, actor: 'admin' },
} as const;

async function round(work: Numbers, owner = 'a'): Promise<void> {
  const { jobs, projections } = test.db;
  await pageJobs({ jobs, projections, work, owner, nowMs: () => Date.now() }, new AbortController().signal);
}

/** As if a projection had come so far, and nobody had to wait for a lease to end. */
async function reach(work: Numbers, position: number): Promise<void> {
  work.known = position;
  await test.db.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO projection_positions (name, seq) VALUES ('numbers', $1)
       ON CONFLICT (name) DO UPDATE SET seq = excluded.seq`,
      [position],
    );
    await tx.query("UPDATE jobs SET leased_until = now() - interval '1 s'");
  });
}

const whole = Array.from({ length: last }, (_, n) => n + 1);

it('goes page by page to the end', async () => {
  const work = new Numbers();
  await test.db.jobs.create(job);
  await round(work);
  expect(work.log).toEqual(whole);
  expect(await test.db.jobs.find('job_1')).toMatchObject({
    state: 'succeeded',
    done: last,
    total: last,
    deliveries: last,
  });
});

it('makes nothing twice when it ended between what it made and what it told, and counts it once', async () => {
  const work = new Numbers();
  await test.db.jobs.create(job);
  work.crashes = (made) => made.includes(5);
  await expect(round(work)).rejects.toThrow('crashed');
  expect(work.log).toEqual([1, 2, 3, 4, 5, 6]);
  work.crashes = () => false;

  // the tables do not know yet what was appended
  await reach(work, 5);
  await round(work, 'b');
  expect(work.log).toHaveLength(6);
  expect(await test.db.jobs.find('job_1')).toMatchObject({ state: 'running', waitingFor: 'tables', done: 3 });

  await reach(work, 6);
  await round(work, 'c');
  expect(work.log).toEqual(whole);
  expect(await test.db.jobs.find('job_1')).toMatchObject({
    state: 'succeeded',
    done: last,
    deliveries: last,
  });
});

it('makes the rest of a page of which only a part was stored, also when it ends there again', async () => {
  const work = new Numbers();
  await test.db.jobs.create(job);
  work.crashes = (made) => {
    if (!made.includes(5)) return false;
    if (made.includes(4)) work.log.splice(4); // of the page only the first was stored
    return true;
  };
  await expect(round(work)).rejects.toThrow('crashed');
  expect(work.log).toEqual([1, 2, 3, 4]);
  await reach(work, 4);
  await expect(round(work, 'b')).rejects.toThrow('crashed');
  expect(work.log).toEqual([1, 2, 3, 4, 5, 6]);
  // what is needed is asked anew: the tables have not seen the second part
  await reach(work, 5);
  await round(work, 'c');
  expect(work.log).toHaveLength(6);
  await reach(work, 6);
  await round(work, 'd');
  expect(work.log).toEqual(whole);
  expect(await test.db.jobs.find('job_1')).toMatchObject({ state: 'succeeded', deliveries: last });
});

it('stops when it is paused, and repeats the page that was under way when it is resumed', async () => {
  const work = new Numbers();
  await test.db.jobs.create(job);
  let isPaused: Promise<boolean> | undefined;
  const carryOut = work.carryOut.bind(work);
  work.carryOut = async (of, made) => {
    const needs = await carryOut(of, made);
    if (made.includes(5)) await (isPaused = test.db.jobs.pause('job_1'));
    return needs;
  };
  await round(work);
  expect(await isPaused).toBe(true);
  expect(await test.db.jobs.find('job_1')).toMatchObject({ state: 'paused', done: 3 });
  await reach(work, 6);
  await round(work, 'b');
  expect(work.log).toHaveLength(6);
  await test.db.jobs.resume('job_1');
  await round(work, 'b');
  expect(work.log).toEqual(whole);
  expect(await test.db.jobs.find('job_1')).toMatchObject({ state: 'succeeded', deliveries: last });
});

it('waits until there is room, and lets others go on meanwhile', async () => {
  const work = new Numbers();
  work.isFull = true;
  await test.db.jobs.create(job);
  await round(work);
  expect(await test.db.jobs.find('job_1')).toMatchObject({ state: 'running', waitingFor: 'deliveries' });
  work.isFull = false;
  await reach(work, 0);
  await round(work);
  expect(await test.db.jobs.find('job_1')).toMatchObject({ state: 'succeeded', waitingFor: null });
});

it('tells how a job stands after each turn, and how it ended', async () => {
  const work = new Numbers();
  const turns: JobTurn[] = [];
  const turn = () => {
    const { jobs, projections } = test.db;
    const parts = { jobs, projections, work, owner: 'a', nowMs: () => Date.now() };
    return pageJobs({ ...parts, onTurn: (told) => turns.push(told) }, new AbortController().signal);
  };
  work.isFull = true;
  await test.db.jobs.create(job);
  await turn();
  work.isFull = false;
  await waitUntil(async () => {
    await turn();
    return turns.some(({ state }) => state === 'succeeded');
  });
  const about = { jobId: 'job_1', tenant: 'acme', job: 'recover', failed: 0, total: last };
  expect(turns[0]).toEqual({ ...about, state: 'waits', waitingFor: 'deliveries', done: 0, deliveries: 0 });
  expect(turns.at(-1)).toEqual({ ...about, state: 'succeeded', done: last, deliveries: last });
});
