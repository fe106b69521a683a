import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  parseFacts,
  type DeliveryDied,
  type DeliveryDiscarded,
  type DeliveryReopened,
} from '@postel/contracts';
import { openDatabase, pageJobs, type Database, type Transaction } from '@postel/postgres';
import { expectNoLeaks, startTestPostgres, waitUntil, type TestPostgres } from '@postel/testing';
import type { FastifyRequest } from 'fastify';
import type { DeadLetterParts } from '../parts.js';
import { DiscardController } from '../discard/discard.controller.js';
import { PurgeController } from '../discard/purge.controller.js';
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

const created = ({ reason: _reason, lastStatus: _status, lastError: _error, ...about }: DeliveryDied) => ({
  ...about,
  fact: 'delivery.created' as const,
  hop: 0,
  attemptsMade: 0,
  url: 'https://example.com',
  by: 'replay' as const,
  actor: 'key_1',
  dueAtMs: about.atMs,
  lane: 'bulk' as const,
});

/** Two endpoints, one of them paused, and a log that only notes what it is told. */
function partsWith(
  redrivenAtOnce: number,
  reopened: string[],
  dueAtMs: number[] = [],
  last?: { readonly fact: string; readonly seq: number },
): DeadLetterParts {
  const status: Record<string, string> = { ep_1: 'active', ep_2: 'paused' };
  const getMessage = (_stream: string, { last_by_subj: subject }: { last_by_subj: string }) =>
    Promise.resolve(
      last && subject.endsWith(last.fact)
        ? {
            seq: last.seq,
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

describe('what a tenant did a moment before, though the tables do not show it yet', () => {
  let changed: DeliveryDied;
  let tenant: string;
  let request: FastifyRequest;
  let at = 100;
  beforeEach(async () => {
    at += 10;
    tenant = `other-${at}`;
    const principal = { kind: 'api-key', tenant, actor: 'key_1' };
    request = { principal, body: {} } as unknown as FastifyRequest;
    const both = [1, 2].map((n) => ({ ...died(at + n, 'ep_1'), tenant }));
    changed = both[1] as DeliveryDied;
    const facts = both.map((fact, n) => ({ seq: at + n, fact }));
    await database.transaction(async (tx) => {
      await database.deadLetters.apply(tx, facts, new Map());
      await database.deliveries.apply(
        tx,
        facts.flatMap(({ seq, fact }) => [
          { seq: seq - 2, fact: created(fact) },
          { seq, fact },
        ]),
      );
    });
  });

  const asDiscarded = (): DeliveryDiscarded => {
    const { reason: _reason, lastStatus: _status, lastError: _error, ...about } = changed;
    return { ...about, fact: 'delivery.discarded', actor: 'key_1' };
  };
  const asReopened = (): DeliveryReopened => ({
    ...asDiscarded(),
    actor: 'key_1',
    fact: 'delivery.reopened',
    by: 'redrive',
    lane: 'delivery',
    dueAtMs: startMs,
  });

  /** What is answered once the tables show a change that the log had before it was asked. */
  async function answerAfter<T>(
    change: DeliveryDiscarded | DeliveryReopened,
    told: string[],
    ask: (parts: DeadLetterParts) => Promise<T>,
  ): Promise<T> {
    const seq = at + 3;
    let looks = 0;
    const projections = {
      positions: () => {
        looks += 1;
        return database.projections.positions();
      },
    };
    const parts = {
      ...partsWith(9, told, [], { fact: change.fact, seq }),
      database: () => ({ ...database, projections }),
      tables: { endpoint: () => ({ state: { tenant, status: 'active' } }) },
      nowMs: () => Date.now(),
    } as unknown as DeadLetterParts;
    const answer = ask(parts);
    await Promise.race([answer.catch(() => undefined), waitUntil(() => looks > 0)]);
    const facts = [{ seq, fact: change }];
    const apply = {
      'dead-letters': (tx: Transaction) => database.deadLetters.apply(tx, facts, new Map()),
      'delivery-log': (tx: Transaction) => database.deliveries.apply(tx, facts),
    };
    for (const name of ['dead-letters', 'delivery-log'] as const) {
      const lease = await database.projections.acquire(name);
      await lease?.apply(seq, apply[name]);
      await lease?.release();
    }
    return answer;
  }

  const redriven = () => expect.objectContaining({ redriven: 1 });
  const isNone = () => expect.objectContaining({ refusal: { code: 'dead_letter_not_found' } });
  const isUnderWay = () =>
    expect.objectContaining({ refusal: expect.objectContaining({ code: 'delivery_not_finished' }) });
  const asks = {
    'redrives all': (parts: DeadLetterParts) => new RedriveController(parts).redriveMany(request),
    'redrives it': (parts: DeadLetterParts, id: string) => new RedriveController(parts).redrive(id, request),
    'discards all': (parts: DeadLetterParts) => new PurgeController(parts).purge({ all: 'true' }, request),
    'retries it': (parts: DeadLetterParts) => new RedriveController(parts).retry(changed.deliveryId, request),
    'discards it': (parts: DeadLetterParts, id: string) => new DiscardController(parts).discard(id, request),
  };

  it.each([
    ['discarded', 'redrives all', asDiscarded, redriven],
    ['discarded', 'redrives it', asDiscarded, isNone],
    ['discarded', 'discards it', asDiscarded, isNone],
    ['redriven', 'redrives all', asReopened, redriven],
    ['redriven', 'redrives it', asReopened, isNone],
    ['redriven', 'retries it', asReopened, isUnderWay],
    ['redriven', 'discards it', asReopened, isNone],
    ['redriven', 'discards all', asReopened, () => ({ discarded: 1, complete: true })],
  ] as const)('is %s, and no dead letter to who then %s', async (_, ask, change, expected) => {
    const { items } = await database.deadLetters.list(tenant, { limit: 10 });
    const letter = items.find(({ deliveryId }) => deliveryId === changed.deliveryId);
    const reopened: string[] = [];
    const answer = answerAfter<unknown>(change(), reopened, (parts) => asks[ask](parts, letter?.id ?? ''));
    expect(await answer.catch((error: unknown) => error)).toEqual(expected());
    expect(reopened).not.toContain(changed.deliveryId);
  });
});
