import { expect, it } from '@jest/globals';
import { deliveryMessageId, partitionOf } from '@postel/contracts';
import type { Transaction } from '../connection/transaction.js';
import { openDatabase } from '../database.js';
import { applyFacts, positioned, rowsOf, testPartitions } from '../test-database.js';
import * as f from '../test-facts.js';
import { LookPaces, selectDue } from './select-due.js';
import { due, reopening, WaitingRoomTest } from './waiting-room-for-tests.js';
import type { PublishDue } from './waiting-room.js';

const test = new WaitingRoomTest();
const all: PublishDue = (rows) => Promise.resolve(new Set(rows.map(deliveryMessageId)));

it('gives back all that the next attempt needs, as the next hop', async () => {
  await applyFacts(test.db, positioned([f.deferred(1, { hop: 2, attemptsMade: 2 })]));
  expect(await test.taken(due)).toEqual([
    {
      deliveryId: f.deliveryId(1),
      endpointId: 'ep_1',
      tenant: 'default',
      eventId: 'evt_1',
      eventSeq: 1,
      type: 'order.created',
      acceptedAtMs: f.startMs + 1,
      hop: 3,
      attemptsMade: 2,
      attemptsBeforeReopen: 0,
      apiVersion: '2024-01-01',
      dueAtMs: f.startMs + 60_000,
      deferredAtMs: f.startMs + 6,
      lane: 'retry',
      reason: 'retry',
    },
  ]);
});

it('keeps where a delivery stands in its trace, of its latest hop', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const formerAttempt = '00-4bf92f3577b34da6a3ce929d0e0e4736-b7ad6b7169203331-01';
  await applyFacts(test.db, positioned([{ ...f.deferred(1), traceparent }, f.deferred(2)]));
  await applyFacts(test.db, positioned([{ ...f.deferred(1, { hop: 2 }), traceparent, formerAttempt }], 10));
  const taken = await test.taken(due);
  const row = (number: number) => taken.find(({ deliveryId }) => deliveryId === f.deliveryId(number));
  expect(row(1)).toMatchObject({ hop: 3, traceparent, formerAttempt });
  expect(row(2)).toMatchObject({ hop: 2 });
  expect(row(2)).not.toHaveProperty('traceparent');
});

it('puts back a replay as its second hop, behind live traffic, as old as the replay', async () => {
  const atMs = f.startMs + 900_000;
  await applyFacts(test.db, positioned([f.fannedOut(1), f.succeeded(1), f.replayed(1, 'dlv_again', atMs)]));
  expect(await test.taken(due)).toMatchObject([
    { deliveryId: 'dlv_again', eventSeq: 1, hop: 2, attemptsMade: 0, lane: 'bulk', reopenedAtMs: atMs },
  ]);
  expect(await test.db.deliveries.find('default', 'dlv_again')).toMatchObject({
    eventId: 'evt_1',
    status: 'pending',
    attempts: 0,
    createdAt: new Date(atMs).toISOString(),
  });
  const after = positioned([{ ...f.succeeded(1, { hop: 2 }), deliveryId: 'dlv_again' }], 3);
  await applyFacts(test.db, after);
  expect(await test.taken(due)).toEqual([]);
  expect(await test.db.deliveries.find('default', 'dlv_again')).toMatchObject({ status: 'succeeded' });
});

it('lets a delivery that was made, or reopened, go out once, also when the log says it again long after', async () => {
  await applyFacts(test.db, positioned([f.fannedOut(1), f.died(1), f.replayed(1, 'dlv_again')]));
  await applyFacts(test.db, positioned([f.reopened(1)], 10));
  expect(await test.taken(due)).toHaveLength(2);
  await test.room.putBack(due, (rows) => Promise.resolve(new Set(rows.map(deliveryMessageId))));
  await applyFacts(test.db, positioned([f.succeeded(1, { hop: 2, attemptsMade: 2 })], 20));
  // of another process that worked on the same job
  await applyFacts(test.db, positioned([f.replayed(1, 'dlv_again'), f.reopened(1)], 30));
  expect(await test.taken(due)).toEqual([]);
  await applyFacts(test.db, positioned([f.replayed(1, 'dlv_another'), f.died(2)], 40));
  await applyFacts(test.db, positioned([f.reopened(2)], 50));
  expect((await test.taken(due)).map(({ deliveryId }) => deliveryId).sort()).toEqual([
    f.deliveryId(2),
    'dlv_another',
  ]);
});

it('gives back only what is due, longest due first, as much as is asked for', async () => {
  const times = [30, 10, 20, 2_000_000];
  await applyFacts(test.db, positioned(times.map((ms, n) => f.deferred(n, { dueAtMs: f.startMs + ms }))));
  expect((await test.taken({ ...due, limit: 2 })).map(({ dueAtMs }) => dueAtMs - f.startMs)).toEqual([
    10, 20,
  ]);
  expect(await test.room.putBack(due, all)).toEqual({ taken: 3, published: 3 });
  expect(await test.room.oldestDueAtMs()).toBe(f.startMs + 2_000_000);
});

it('removes a delivery that ended, and does not let an older fact resurrect it', async () => {
  await applyFacts(test.db, positioned([f.deferred(1), f.deferred(2), f.deferred(3)]));
  const ended = [f.succeeded(1, { hop: 2 }), f.died(2, { hop: 2 }), f.died(3, { hop: 1 })];
  await applyFacts(test.db, positioned(ended, 3));
  expect((await test.taken(due)).map(({ deliveryId }) => deliveryId)).toEqual([f.deliveryId(3)]);
  await applyFacts(test.db, positioned([f.succeeded(4, { hop: 2 }), f.deferred(4)], 6));
  expect(await test.room.countByReason()).toEqual(new Map([['retry', 1]]));
});

it('removes what succeeded after all, of whatever hop, but not what was reopened since', async () => {
  await applyFacts(test.db, positioned([f.deferred(1, { hop: 2 }), f.deferred(2), f.succeeded(2)]));
  await applyFacts(test.db, positioned([f.succeeded(1), f.succeeded(3), f.reopened(3, reopening)], 3));
  expect((await test.taken(due)).map(({ deliveryId }) => deliveryId)).toEqual([f.deliveryId(3)]);
  await applyFacts(test.db, positioned([f.succeeded(3)], 6));
  expect((await test.taken(due)).map(({ deliveryId }) => deliveryId)).toEqual([f.deliveryId(3)]);
  await applyFacts(test.db, positioned([f.succeeded(3, { hop: 2, attemptsMade: 2 })], 7));
  expect(await test.taken(due)).toEqual([]);
});

it('keeps the higher hop of two', async () => {
  await applyFacts(test.db, [{ seq: 1, fact: f.deferred(1, { hop: 4, attemptsMade: 4 }) }]);
  await applyFacts(test.db, [{ seq: 2, fact: f.deferred(1, { hop: 3, attemptsMade: 3 }) }]);
  expect(await test.taken(due)).toMatchObject([{ hop: 5, attemptsMade: 4 }]);
});

it('holds what was reopened, for the lane of its fact', async () => {
  await applyFacts(test.db, positioned([f.died(1), f.reopened(1)]));
  expect(await test.taken(due)).toMatchObject([
    { hop: 2, lane: 'bulk', reason: 'reopened', reopenedAtMs: f.startMs + 6 },
  ]);
  expect(await test.room.countByReason()).toEqual(new Map([['reopened', 1]]));
});

it('counts the age of what was reopened from then, over all that it waits for afterwards', async () => {
  await applyFacts(test.db, positioned([f.died(1), f.reopened(1, { ...reopening, atMs: f.startMs + 50 })]));
  expect(await test.room.oldestSinceMs()).toBe(f.startMs + 50);
  const [row] = await test.taken(due);
  expect(row).toMatchObject({ reopenedAtMs: f.startMs + 50, deferredAtMs: f.startMs + 50 });
  const again = f.deferred(1, { ...reopening, hop: 2, attemptsMade: 2, reopenedAtMs: f.startMs + 50 });
  await applyFacts(test.db, positioned([again], 2));
  expect(await test.taken(due)).toMatchObject([{ hop: 3, reopenedAtMs: f.startMs + 50 }]);
});

it('passes over paused endpoints, however much of them is due', async () => {
  await test.fill({ paused: 600, busy: 20 });
  const selection = { ...due, limit: 10, rooms: new Map([['paused', 0]]) };
  const rows = await test.taken(selection);
  expect(rows).toHaveLength(10);
  expect(new Set(rows.map(({ endpointId }) => endpointId))).toEqual(new Set(['busy']));
  expect(await test.room.oldestDueAtMs()).toBe(f.startMs + 1);
  const dueOf = async (...without: string[]) => (await test.room.firstDueAtMs(without)) !== null;
  expect([await dueOf(), await dueOf('paused'), await dueOf('paused', 'busy')]).toEqual([true, true, false]);
  const busy = await test.taken({ ...selection, limit: 1 });
  expect(await test.room.firstDueAtMs(['paused'])).toBe(busy[0]?.dueAtMs);
});

it('finds the others behind a backlog, between two looks at every endpoint too', async () => {
  await test.fill({ paused: 600, busy: 20 });
  await applyFacts(
    test.db,
    positioned([f.deferred(900, { endpointId: 'late', atMs: f.startMs, dueAtMs: f.startMs + 900 })], 620),
  );
  const selection = { ...due, limit: 50, rooms: new Map([['paused', 0]]), defaultRoom: 5 };
  for (let looks = 0; looks < 3; looks++) {
    const rows = await test.taken(selection);
    expect(rows.map(({ dueAtMs }) => dueAtMs - f.startMs)).toEqual([601, 602, 603, 604, 605, 900]);
  }
  expect(await test.taken({ ...selection, partitions: [partitionOf('late', testPartitions)] })).not.toEqual(
    [],
  );
});

it('does not walk at every look what is due of endpoints without room, and finds the others all the same', async () => {
  await test.fill({ paused: 60 });
  let clockMs = 0;
  const paces = new LookPaces(() => (clockMs += 1)); // each look takes 1 ms
  const selection = { ...due, rooms: new Map([['paused', 0]]) };
  let walks = 0;
  const look = () =>
    test.db.transaction((tx) => {
      const query: Transaction['query'] = (sql, parameters) => {
        if (/\bhead AS MATERIALIZED/.test(sql)) walks += 1;
        return tx.query(sql, parameters);
      };
      return selectDue({ ...tx, query }, selection, paces);
    });
  for (let looks = 0; looks < 4; looks++) expect(await look()).toEqual([]);
  await applyFacts(test.db, positioned([f.deferred(900, { endpointId: 'other' })], 61));
  for (let looks = 0; looks < 3; looks++) expect(await look()).toMatchObject([{ endpointId: 'other' }]);
  expect(walks).toBe(1);
  clockMs += 50;
  expect(await look()).toMatchObject([{ endpointId: 'other' }]);
  expect(walks).toBe(2);
});

it.each([10, 100])('takes no more of one endpoint than it can take (limit %i)', async (limit) => {
  await test.fill({ ep_1: 500, ep_2: 3, ep_3: 50 });
  const rows = await test.taken({ ...due, limit, defaultRoom: 4, rooms: new Map([['ep_3', 6]]) });
  const counts = Object.groupBy(rows, ({ endpointId }) => endpointId);
  const numbers = ['ep_1', 'ep_2', 'ep_3'].map((id) => counts[id]?.length ?? 0);
  expect(numbers).toEqual(limit === 10 ? [4, 3, 3] : [4, 3, 6]);
  for (const { dueAtMs, endpointId } of rows) {
    if (endpointId === 'ep_1') expect(dueAtMs).toBeLessThanOrEqual(f.startMs + 4); // what is due longest
  }
});

it('publishes each row once with several schedulers at work', async () => {
  await test.fill({ ep_1: 700, ep_2: 700, ep_3: 600 });
  const others = await Promise.all(
    [1, 2].map(() => openDatabase({ url: test.url, poolSize: 2, applicationName: 'test' })),
  );
  const published: string[] = [];
  const publish: PublishDue = async (rows) => {
    published.push(...rows.map(deliveryMessageId));
    return all(rows);
  };
  const schedulers = [test.db, test.db, ...others].map(async ({ waiting: room }, index) => {
    const selection = { ...due, limit: 50, ...(index % 2 ? { defaultRoom: 20 } : {}) };
    while ((await room.oldestDueAtMs()) !== null) await room.putBack(selection, publish);
  });
  await Promise.all(schedulers);
  expect(published).toHaveLength(2_000);
  expect(new Set(published).size).toBe(2_000);
  await Promise.all(others.map((other) => other.close()));
});

it('keeps every row when publishing fails, and those that the broker did not acknowledge', async () => {
  await test.fill({ ep_1: 5 });
  const failing = test.room.putBack(due, async () => {
    throw new Error('the broker is gone');
  });
  await expect(failing).rejects.toThrow('the broker is gone');
  expect(await rowsOf(test.db, 'waiting', 'delivery_id')).toHaveLength(5);

  const half: PublishDue = async (rows) => all(rows.slice(0, 2));
  expect(await test.room.putBack(due, half)).toEqual({ taken: 5, published: 2 });
  expect(await rowsOf(test.db, 'waiting', 'delivery_id')).toHaveLength(3);
});

it('is due now when it may go at once, also where the clock of who told of it is ahead', async () => {
  const aheadMs = Date.now() + 3_600_000;
  const atOnce = { atMs: aheadMs, dueAtMs: aheadMs };
  const facts = [
    { ...f.reopened(1, reopening), ...atOnce },
    f.deferred(2, { reason: 'paused', ...atOnce }),
    f.deferred(3, { ...atOnce, dueAtMs: aheadMs + 1_000 }),
  ];
  await applyFacts(test.db, positioned(facts));
  const rows = await test.taken({ ...due, nowMs: Date.now() + 60_000 });
  expect(rows.map(({ eventSeq }) => eventSeq).sort()).toEqual([1, 2]);
});
