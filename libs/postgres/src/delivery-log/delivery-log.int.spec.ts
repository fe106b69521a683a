import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LogFact } from '@postel/contracts';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { openDatabase } from '../database.js';
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

const log = () => test.db.deliveries;
const idsOf = (page: { items: readonly { id: string }[] }) => page.items.map(({ id }) => id);
const iso = (timeMs: number) => new Date(timeMs).toISOString();

it('shows a delivery and its attempts as the contract has them', async () => {
  await applyFacts(
    test.db,
    positioned([f.fannedOut(1), f.deferred(1), f.succeeded(1, { hop: 2, attemptsMade: 2 })]),
  );
  expect(await log().find('default', f.deliveryId(1))).toEqual({
    id: f.deliveryId(1),
    eventId: 'evt_1',
    type: 'order.created',
    endpointId: 'ep_1',
    url: 'https://example.com/hook',
    status: 'succeeded',
    attempts: 2,
    lastStatus: 200,
    lastError: null,
    nextAttemptAt: null,
    createdAt: iso(f.startMs + 6),
    completedAt: iso(f.startMs + 6),
  });
  const attempts = await log().attempts('default', f.deliveryId(1));
  expect(attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
    [1, 'retry'],
    [2, 'succeeded'],
  ]);
  expect(attempts[1]).toEqual({
    number: 2,
    startedAt: iso(f.startMs + 2_000),
    durationMs: 12.5,
    timing: { connectMs: 1, firstByteMs: 11 },
    request: { url: 'https://example.com/hook', headers: { 'content-type': 'application/json' }, body: null },
    response: { status: 200, headers: { server: 'x' }, body: 'ok', truncated: false },
    error: null,
    outcome: 'succeeded',
  });
});

it('shows a delivery with the URL that its last attempt went to, and not with that of its creation', async () => {
  let told = 0;
  const urlAfter = async (fact: LogFact) => {
    await applyFacts(test.db, positioned([fact], told++));
    return (await log().find('default', f.deliveryId(1)))?.url;
  };
  expect(await urlAfter(f.fannedOut(1))).toBe('https://example.com/ep_1');
  expect(await urlAfter(f.deferred(1, { reason: 'busy', attemptsMade: 0 }))).toBe('https://example.com/ep_1');
  expect(await urlAfter(f.deferred(1, { hop: 2, attemptsMade: 1 }))).toBe('https://example.com/hook');
  const attempt = { ...f.failure(2), request: { url: 'https://example.com/moved', headers: {} } };
  const death = { ...f.died(1, { hop: 3, attemptsMade: 2 }), attempt };
  expect(await urlAfter(death)).toBe('https://example.com/moved');
  const reopened = f.reopened(1, { hop: 3, attemptsMade: 2 });
  expect(await urlAfter(reopened)).toBe('https://example.com/moved');
});

it('does not show the deliveries of another tenant', async () => {
  await applyFacts(test.db, positioned([f.fannedOut(1), f.succeeded(1)]));
  expect(await log().find('other', f.deliveryId(1))).toBeNull();
  expect(await log().findState('other', f.deliveryId(1))).toBeNull();
  expect(await log().attempts('other', f.deliveryId(1))).toEqual([]);
  expect(await log().ofEvent('other', 'evt_1')).toEqual([]);
  expect(idsOf(await log().list('other', { limit: 10 }))).toEqual([]);
});

describe('a delivery goes through its states', () => {
  it.each([
    ['pending', [f.fannedOut(1)], { attempts: 0, nextAttemptAt: null }],
    [
      'pending',
      [f.fannedOut(1), f.deferred(1, { reason: 'paused', attemptsMade: 0 })],
      { nextAttemptAt: null },
    ],
    [
      'retrying',
      [f.fannedOut(1), f.deferred(1)],
      { nextAttemptAt: iso(f.startMs + 60_000), lastStatus: 503 },
    ],
    ['dead', [f.fannedOut(1), f.died(1)], { lastError: { code: 'http_status', message: 'answered 503' } }],
    ['retrying', [f.fannedOut(1), f.died(1), f.reopened(1)], { completedAt: null, lastStatus: 503 }],
    ['pending', [f.fannedOut(1), f.reopened(1, { attemptsMade: 0 })], { attempts: 0 }],
    [
      'discarded',
      [f.fannedOut(1), f.died(1), f.discarded(1)],
      { completedAt: iso(f.startMs + 6), lastStatus: 503 },
    ],
  ])('%s', async (status, facts, expected) => {
    await applyFacts(test.db, positioned(facts));
    expect(await log().find('default', f.deliveryId(1))).toMatchObject({ status, ...expected });
  });
});

it('knows what a reopening is made of', async () => {
  await applyFacts(
    test.db,
    positioned([f.fannedOut(3), f.deferred(3), f.died(3, { hop: 2, attemptsMade: 2 })]),
  );
  expect(await log().findState('default', f.deliveryId(3))).toEqual({
    deliveryId: f.deliveryId(3),
    tenant: 'default',
    endpointId: 'ep_1',
    url: 'https://example.com/hook',
    eventId: 'evt_3',
    eventSeq: 3,
    type: 'order.created',
    acceptedAtMs: f.startMs + 3,
    status: 'dead',
    hop: 2,
    attemptsMade: 2,
    attemptsBeforeReopen: 0,
    apiVersion: '2024-01-01',
  });
});

it('ignores a fact that is older than the row', async () => {
  await applyFacts(test.db, [{ seq: 1, fact: f.fannedOut(1) }]);
  await applyFacts(test.db, [{ seq: 9, fact: f.succeeded(1, { hop: 2, attemptsMade: 2 }) }]);
  await applyFacts(test.db, [{ seq: 5, fact: f.deferred(1) }]);
  expect(await log().find('default', f.deliveryId(1))).toMatchObject({ status: 'succeeded', attempts: 2 });
});

it('makes the partition of any day it needs, also in several processes at once', async () => {
  const day = 86_400_000;
  const other = await openDatabase({ url: test.url, poolSize: 2, applicationName: 'test' });
  const facts = [0, 1, 5, 40].map((days, index) => ({
    seq: index + 1,
    fact: { ...f.fannedOut(index + 1), acceptedAtMs: f.startMs - days * day },
  }));
  await Promise.all([test.db, other].map((db) => db.transaction((tx) => db.deliveries.apply(tx, facts))));
  expect((await log().list('default', { limit: 10 })).items).toHaveLength(4);
  await other.close();
});

it('gives partitions the indexes of their table and no more', async () => {
  const { rows } = await test.db.transaction((tx) =>
    tx.query<{ parent: number; child: number }>(
      `SELECT (SELECT count(*) FROM pg_index WHERE indrelid = inhparent) AS parent,
              (SELECT count(*) FROM pg_index WHERE indrelid = inhrelid) AS child
         FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE relkind = 'r'`,
    ),
  );
  expect(rows.length).toBeGreaterThanOrEqual(9);
  for (const { parent, child } of rows) expect(child).toBe(parent);
});

it('makes a partition anew that retention has dropped', async () => {
  await applyFacts(test.db, positioned([f.fannedOut(1)]));
  await test.db.transaction((tx) => tx.query('DROP TABLE deliveries_20261122'));
  await expect(applyFacts(test.db, positioned([f.fannedOut(2)], 1))).rejects.toThrow(/no partition/);
  await applyFacts(test.db, positioned([f.fannedOut(2)], 1));
  expect(idsOf(await log().list('default', { limit: 10 }))).toEqual([f.deliveryId(2)]);
});

it('stores what PostgreSQL cannot, replaced', async () => {
  const nul = 'a\0b';
  const answer = {
    status: 500,
    headers: { 'x\0': nul, half: '\ud800' },
    body: `${nul}\ud83d`,
    truncated: false,
  };
  const record = f.attempt(1, { response: answer, error: { code: nul, message: nul }, outcome: 'retry' });
  await applyFacts(test.db, positioned([f.fannedOut(1), { ...f.deferred(1), attempt: record }]));
  const [attempt] = await log().attempts('default', f.deliveryId(1));
  expect(attempt?.response).toMatchObject({
    headers: { 'x\uFFFD': 'a\uFFFDb', half: '\uFFFD' },
    body: 'a\uFFFDb\uFFFD',
  });
  expect(await log().find('default', f.deliveryId(1))).toMatchObject({ lastError: { code: 'a\uFFFDb' } });
});
