import { expect, it } from '@jest/globals';
import { partitionOf } from '@postel/contracts';
import { applyFacts, positioned, testPartitions } from '../test-database.js';
import * as f from '../test-facts.js';
import { due, partitions, reopening, WaitingRoomTest } from './waiting-room-for-tests.js';
import type { EndRows } from './waiting-room.js';

const test = new WaitingRoomTest();

it('ends what waits for an endpoint, in parts, and nothing when the facts could not be appended', async () => {
  await test.fill({ gone: 5, other: 1 });
  const failing = test.room.endEndpoint('gone', 3, async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  const ended: string[] = [];
  const end: EndRows = (rows) =>
    Promise.resolve(void ended.push(...rows.map(({ endpointId }) => endpointId)));
  expect(await test.room.endEndpoint('gone', 3, end)).toBe(3);
  expect(await test.room.endEndpoint('gone', 3, end)).toBe(2);
  expect(await test.room.endEndpoint('gone', 3, end)).toBe(0);
  expect(ended).toEqual(['gone', 'gone', 'gone', 'gone', 'gone']);
  expect(await test.room.waitingEndpointIds(partitions)).toEqual(['other']);
});

it('ends what waited too long, from its acceptance or its last reopening', async () => {
  const reopened = f.reopened(1, { ...reopening, atMs: f.startMs + 500 });
  const old = [1, 2, 3, 4].map((n) => f.deferred(n));
  const held = f.deferred(2, { endpointId: 'ep_2', reason: 'ordering', ordering: { key: 'k' } });
  await applyFacts(test.db, positioned([...old, f.died(1, { hop: 2 }), { ...reopened, hop: 2 }, held]));
  await test.db.transaction((tx) => test.room.numberHeld(tx, 2));
  const ended: string[] = [];
  const end: EndRows = (rows) =>
    Promise.resolve(void ended.push(...rows.map(({ deliveryId }) => deliveryId)));
  const expiry = { beforeMs: f.startMs + 4, partitions, limit: 2 };
  expect(await test.room.takeExpired({ ...expiry, partitions: [] }, end)).toBe(0);
  expect(await test.room.takeExpired(expiry, end)).toBe(2);
  expect(await test.room.takeExpired(expiry, end)).toBe(1);
  expect(ended.sort()).toEqual([f.deliveryId(2), f.deliveryId(2, 'ep_2'), f.deliveryId(3)].sort());
  expect(await test.room.takeExpired({ ...expiry, beforeMs: f.startMs + 501 }, end)).toBe(2);
});

it('ends what is held once it has its number', async () => {
  const held = f.deferred(1, { reason: 'ordering', ordering: { key: 'k' } });
  await applyFacts(test.db, positioned([held]));
  const end: EndRows = () => Promise.resolve();
  expect(await test.room.endEndpoint('ep_1', 10, end)).toBe(0);
  await test.db.transaction((tx) => test.room.numberHeld(tx, 1));
  expect(await test.room.endEndpoint('ep_1', 10, end)).toBe(1);
  // ended before its fact came again
  await applyFacts(test.db, positioned([held], 1));
  expect(await test.room.waitingEndpointIds(partitions)).toEqual([]);
});

it('gives retries the times of a changed policy', async () => {
  const facts = [1, 2, 3].map((n) => f.deferred(n, { attemptsMade: n, hop: n, atMs: f.startMs }));
  const paused = f.deferred(4, { reason: 'paused', atMs: f.startMs });
  const other = f.deferred(5, { endpointId: 'ep_2', atMs: f.startMs });
  const since = f.deferred(6, { atMs: f.startMs + 10 });
  await applyFacts(test.db, positioned([...facts, paused, other, since]));
  const changed = { waitsMs: [5_000, 7_000], longestAskedMs: 3_600_000, deferredBeforeMs: f.startMs + 10 };
  expect(await test.room.reschedule('ep_1', changed)).toBe(3);
  expect(await test.room.retriesDueAtMs([1, 4, 7].map((n) => f.deliveryId(n)))).toEqual(
    new Map([[f.deliveryId(1), f.startMs + 5_000]]),
  );
  const dueAfterMs = (await test.taken(due)).map((row) => [row.eventSeq, row.dueAtMs - f.startMs]);
  expect(dueAfterMs).toEqual([
    [3, 0],
    [1, 5_000],
    [2, 7_000],
    [4, 60_000],
    [5, 60_000],
    [6, 60_000],
  ]);
  expect(await test.room.reschedule('ep_1', changed)).toBe(0);
});

it('keeps to what receivers asked for with Retry-After when the policy is changed, as far as it allows', async () => {
  const asking = (n: number, retryAfter: string) => {
    const response = { status: 503, headers: { 'retry-after': retryAfter }, body: 'no', truncated: false };
    const attempt = f.failure(n, 503);
    return f.deferred(n, { attemptsMade: n, hop: n, atMs: f.startMs, attempt: { ...attempt, response } });
  };
  const date = new Date(f.startMs + 20_000).toUTCString();
  const facts = [asking(1, '30'), asking(2, '1'), asking(3, date), asking(4, '7200'), asking(5, 'soon')];
  await applyFacts(test.db, positioned(facts));
  await test.room.reschedule('ep_1', {
    waitsMs: [5_000, 7_000, 9_000],
    longestAskedMs: 3_600_000,
    deferredBeforeMs: f.startMs + 1,
  });
  const rows = await test.taken({ ...due, nowMs: f.startMs + 1e7 });
  expect(new Map(rows.map((row) => [row.eventSeq, row.dueAtMs - f.startMs]))).toEqual(
    new Map([
      [1, 30_000],
      [2, 7_000],
      [3, 20_000],
      [4, 3_600_000],
      [5, 0],
    ]),
  );
});

it('gives rows to the owner of their partition, also after the number of partitions changed', async () => {
  await test.fill({ ep_1: 3, ep_2: 4, ep_3: 1, ep_4: 2 });
  await test.db.transaction((tx) => tx.query(`UPDATE waiting SET partition = -1 WHERE endpoint_id = 'ep_4'`));
  expect(await test.room.repartition(testPartitions)).toBe(2);
  expect(await test.room.repartition(testPartitions)).toBe(0);
  const three = [0, 1, 2];
  await test.room.repartition(three.length);
  let rows = 0;
  for (const partition of three) {
    const own = await test.taken({ ...due, partitions: [partition] });
    for (const { endpointId } of own) expect(partitionOf(endpointId, three.length)).toBe(partition);
    rows += own.length;
  }
  expect(rows).toBe(10);
});
