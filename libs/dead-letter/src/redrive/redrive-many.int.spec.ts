import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseFacts, type DeliveryDied, type DeliveryDiscarded } from '@postel/contracts';
import { openDatabase, pageJobs, type Database } from '@postel/postgres';
import { expectNoLeaks, startTestPostgres, waitUntil, type TestPostgres } from '@postel/testing';
import type { FastifyRequest } from 'fastify';
import type { DeadLetterParts } from '../parts.js';
import { RedriveController } from './redrive.controller.js';
import { RedriveWork } from './redrive-work.js';

let server: TestPostgres;
let database: Database;
beforeAll(async () => {
  server = await startTestPostgres();
  database = await openDatabase({
    url: await server.createDatabase(),
    poolSize: 2,
    applicationName: 'redrive',
  });
  await database.migrate();
});
afterAll(async () => {
  await database?.close();
  await server?.stop();
  await expectNoLeaks();
});

const startMs = Date.UTC(2026, 10, 22, 12);

const died = (n: number, endpointId: string): DeliveryDied => ({
  v: 1,
  fact: 'delivery.died',
  tenant: 'acme',
  eventId: `evt_${n}`,
  eventSeq: n,
  type: 'order.created',
  acceptedAtMs: startMs + n,
  atMs: startMs + n,
  deliveryId: `dlv_${n}`,
  endpointId,
  hop: 1,
  attemptsMade: 1,
  attemptsBeforeReopen: 0,
  apiVersion: '2024-01-01',
  reason: 'exhausted',
  lastStatus: 503,
  lastError: null,
});

/** Two endpoints, one of them paused, and a log that only notes what it is told. */
function partsWith(
  redrivenAtOnce: number,
  reopened: string[],
  dueAtMs: number[] = [],
  lastDiscardSeq?: number,
): DeadLetterParts {
  const status: Record<string, string> = { ep_1: 'active', ep_2: 'paused' };
  const getMessage = (_stream: string, { last_by_subj: subject }: { last_by_subj: string }) =>
    Promise.resolve(
      lastDiscardSeq !== undefined && subject.endsWith('delivery.discarded')
        ? {
            seq: lastDiscardSeq,
            subject,
            data: new Uint8Array(),
            header: { get: () => '' },
            time: new Date(),
          }
        : null,
    );
  return {
    tables: { endpoint: (id: string) => ({ state: { tenant: 'acme', status: status[id] } }) },
    log: {
      publish: ({ payload }: { payload: Uint8Array }) => {
        for (const { fact } of parseFacts(payload)) {
          if (fact.fact !== 'delivery.reopened') continue;
          reopened.push(fact.deliveryId);
          dueAtMs.push(fact.dueAtMs);
        }
        return Promise.resolve({ seq: 0, duplicate: false });
      },
    },
    broker: { jsm: { streams: { getMessage } } },
    database: () => database,
    newId: () => 'job_1',
    redrivenAtOnce,
    nowMs: () => startMs + 1_000,
  } as unknown as DeadLetterParts;
}

it('redrives what is more than a request should take as a job, each once, and none that came since', async () => {
  const facts = [
    ...Array.from({ length: 8 }, (_, n) => died(n, n === 6 ? 'ep_2' : 'ep_1')),
    { ...died(9, 'ep_1'), atMs: startMs + 2_000 },
  ];
  const positioned = facts.map((fact, n) => ({ seq: n + 1, fact }));
  await database.transaction((tx) => database.deadLetters.apply(tx, positioned, new Map()));
  const reopened: string[] = [];
  const dueAtMs: number[] = [];
  const parts = partsWith(3, reopened, dueAtMs);
  const request = { principal: { kind: 'api-key', tenant: 'acme', actor: 'key_1' }, body: {} };
  const answer = await new RedriveController(parts).redriveMany(request as unknown as FastifyRequest);
  expect(answer).toEqual({ redriven: 3, jobId: 'job_1' });
  expect(reopened).toEqual(['dlv_0', 'dlv_1', 'dlv_2']);
  expect(await database.jobs.find('job_1')).toMatchObject({
    kind: 'redrive',
    tenant: 'acme',
    state: 'queued',
  });

  const { jobs, projections } = database;
  const { signal } = new AbortController();
  const rooms = [2, 0];
  const pacing = {
    room: () => rooms.shift() ?? 2,
    dueTimes: (count: number) => Array.from({ length: count }, (_, n) => startMs + 5_000 + n),
  };
  const work = new RedriveWork({ ...parts, pacing });
  const round = () => pageJobs({ jobs, projections, work, owner: 'a', nowMs: () => Date.now() }, signal);
  await round();
  expect(reopened.slice(3)).toEqual(['dlv_3', 'dlv_4']);
  expect(await jobs.find('job_1')).toMatchObject({ state: 'running', waitingFor: 'deliveries' });
  await waitUntil(async () => {
    await round(); // it is looked at again after a moment
    return (await jobs.find('job_1'))?.state === 'succeeded';
  });
  expect(reopened.slice(5)).toEqual(['dlv_5', 'dlv_7']);
  expect(dueAtMs).toEqual([1_000, 1_000, 1_000, 5_000, 5_001, 5_000, 5_000].map((ms) => startMs + ms));
  expect(await jobs.find('job_1')).toMatchObject({
    state: 'succeeded',
    done: 5,
    total: 5,
    failed: 1,
    deliveries: 4,
  });

  const all = await new RedriveController(partsWith(9, [])).redriveMany(request as unknown as FastifyRequest);
  expect(all).toEqual({ redriven: 7, jobId: null });
});

it('does not redrive what was discarded a moment before, though the tables do not show it yet', async () => {
  const [kept, thrownAway] = [died(21, 'ep_1'), died(22, 'ep_1')].map((fact) => ({
    ...fact,
    tenant: 'other',
  }));
  await database.transaction((tx) =>
    database.deadLetters.apply(
      tx,
      [kept, thrownAway].map((fact, n) => ({ seq: 101 + n, fact: fact as DeliveryDied })),
      new Map(),
    ),
  );
  const reopened: string[] = [];
  let looks = 0;
  const projections = {
    positions: () => {
      looks += 1;
      return database.projections.positions();
    },
  };
  const parts = {
    ...partsWith(9, reopened, [], 103),
    database: () => ({ ...database, projections }),
    tables: { endpoint: () => ({ state: { tenant: 'other', status: 'active' } }) },
    nowMs: () => Date.now(),
  } as unknown as DeadLetterParts;
  const request = { principal: { kind: 'api-key', tenant: 'other', actor: 'key_1' }, body: {} };
  const answer = new RedriveController(parts).redriveMany(request as unknown as FastifyRequest);
  await Promise.race([answer, waitUntil(() => looks > 0)]);
  const lease = await database.projections.acquire('dead-letters');
  const { reason: _reason, lastStatus: _status, lastError: _error, ...about } = thrownAway as DeliveryDied;
  const discarded: DeliveryDiscarded = { ...about, fact: 'delivery.discarded', actor: 'key_1' };
  await lease?.apply(103, (tx) => database.deadLetters.apply(tx, [{ seq: 103, fact: discarded }], new Map()));
  await lease?.release();
  expect(await answer).toEqual({ redriven: 1, jobId: null });
  expect(reopened).toEqual(['dlv_21']);
});
