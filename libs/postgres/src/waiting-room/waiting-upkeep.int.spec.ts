import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { partitionOf } from '@postel/contracts';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import {
  applyFacts,
  openTestDatabase,
  positioned,
  testPartitions,
  type TestDatabase,
} from '../test-database.js';
import * as f from '../test-facts.js';
import type { DueSelection } from './select-due.js';
import type { EndRows } from './waiting-room.js';
import type { WaitingRow } from './waiting-row.js';

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

const waiting = () => test.db.waiting;
const partitions = Array.from({ length: testPartitions }, (_, partition) => partition);
const due = {
  nowMs: f.startMs + 1e6,
  limit: 100,
  partitions,
  defaultRoom: 1_000,
  rooms: new Map<string, number>(),
};

const reopening = { attemptsBeforeReopen: 1 };

/** `counts` rows for each endpoint, due one ms after the other, endpoint by endpoint. */
async function fill(counts: Readonly<Record<string, number>>): Promise<void> {
  let n = 0;
  const facts = Object.entries(counts).flatMap(([endpointId, count]) =>
    Array.from({ length: count }, () => f.deferred(++n, { endpointId, dueAtMs: f.startMs + n })),
  );
  await applyFacts(test.db, positioned(facts));
}

async function taken(selection: DueSelection): Promise<readonly WaitingRow[]> {
  let rows: readonly WaitingRow[] = [];
  await waiting().putBack(selection, async (found) => {
    rows = found;
    return new Set();
  });
  return rows;
}

it('ends what waits for an endpoint, in parts, and nothing when the facts could not be appended', async () => {
  await fill({ gone: 5, other: 1 });
  const failing = waiting().endEndpoint('gone', 3, async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  const ended: string[] = [];
  const end: EndRows = (rows) =>
    Promise.resolve(void ended.push(...rows.map(({ endpointId }) => endpointId)));
  expect(await waiting().endEndpoint('gone', 3, end)).toBe(3);
  expect(await waiting().endEndpoint('gone', 3, end)).toBe(2);
  expect(await waiting().endEndpoint('gone', 3, end)).toBe(0);
  expect(ended).toEqual(['gone', 'gone', 'gone', 'gone', 'gone']);
  expect(await waiting().waitingEndpointIds(partitions)).toEqual(['other']);
});

it('ends what waited too long, from its acceptance or its last reopening', async () => {
  const reopened = f.reopened(1, { ...reopening, atMs: f.startMs + 500 });
  const old = [1, 2, 3, 4].map((n) => f.deferred(n));
  const held = f.deferred(2, { endpointId: 'ep_2', reason: 'ordering', ordering: { key: 'k' } });
  await applyFacts(test.db, positioned([...old, f.died(1, { hop: 2 }), { ...reopened, hop: 2 }, held]));
  await test.db.transaction((tx) => waiting().numberHeld(tx, 2));
  const ended: string[] = [];
  const end: EndRows = (rows) =>
    Promise.resolve(void ended.push(...rows.map(({ deliveryId }) => deliveryId)));
  const expiry = { beforeMs: f.startMs + 4, partitions, limit: 2 };
  expect(await waiting().takeExpired({ ...expiry, partitions: [] }, end)).toBe(0);
  expect(await waiting().takeExpired(expiry, end)).toBe(2);
  expect(await waiting().takeExpired(expiry, end)).toBe(1);
  expect(ended.sort()).toEqual([f.deliveryId(2), f.deliveryId(2, 'ep_2'), f.deliveryId(3)].sort());
  expect(await waiting().takeExpired({ ...expiry, beforeMs: f.startMs + 501 }, end)).toBe(2);
});

it('ends what is held once it has its number', async () => {
  const held = f.deferred(1, { reason: 'ordering', ordering: { key: 'k' } });
  await applyFacts(test.db, positioned([held]));
  const end: EndRows = () => Promise.resolve();
  expect(await waiting().endEndpoint('ep_1', 10, end)).toBe(0);
  await test.db.transaction((tx) => waiting().numberHeld(tx, 1));
  expect(await waiting().endEndpoint('ep_1', 10, end)).toBe(1);
  // ended before its fact came again
  await applyFacts(test.db, positioned([held], 1));
  expect(await waiting().waitingEndpointIds(partitions)).toEqual([]);
});

it('gives retries the times of a changed policy', async () => {
  const facts = [1, 2, 3].map((n) => f.deferred(n, { attemptsMade: n, hop: n, atMs: f.startMs }));
  const paused = f.deferred(4, { reason: 'paused', atMs: f.startMs });
  const other = f.deferred(5, { endpointId: 'ep_2', atMs: f.startMs });
  const since = f.deferred(6, { atMs: f.startMs + 10 });
  await applyFacts(test.db, positioned([...facts, paused, other, since]));
  expect(await waiting().reschedule('ep_1', [5_000, 7_000], f.startMs + 10)).toBe(3);
  const dueAfterMs = (await taken(due)).map((row) => [row.eventSeq, row.dueAtMs - f.startMs]);
  expect(dueAfterMs).toEqual([
    [3, 0],
    [1, 5_000],
    [2, 7_000],
    [4, 60_000],
    [5, 60_000],
    [6, 60_000],
  ]);
  expect(await waiting().reschedule('ep_1', [5_000, 7_000], f.startMs + 10)).toBe(0);
});

it('gives rows to the owner of their partition, also after the number of partitions changed', async () => {
  await fill({ ep_1: 3, ep_2: 4, ep_3: 1, ep_4: 2 });
  await test.db.transaction((tx) => tx.query(`UPDATE waiting SET partition = -1 WHERE endpoint_id = 'ep_4'`));
  expect(await waiting().repartition(testPartitions)).toBe(2);
  expect(await waiting().repartition(testPartitions)).toBe(0);
  const three = [0, 1, 2];
  await waiting().repartition(three.length);
  let rows = 0;
  for (const partition of three) {
    const own = await taken({ ...due, partitions: [partition] });
    for (const { endpointId } of own) expect(partitionOf(endpointId, three.length)).toBe(partition);
    rows += own.length;
  }
  expect(rows).toBe(10);
});
