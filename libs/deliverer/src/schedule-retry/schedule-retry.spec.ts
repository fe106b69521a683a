import { afterEach, expect, it } from '@jest/globals';
import { waitingReasons, type DueSelection, type WaitingReason } from '@postel/postgres';
import { createMeters } from '@postel/telemetry';
import { waitUntil } from '@postel/testing';
import { ScheduleRetry, type ScheduleParts } from './schedule-retry.js';

/** A waiting room that has so many due rows in each of four partitions; it remembers who asked for which. */
function roomWith(duePerPartition: number) {
  const due = new Map([0, 1, 2, 3].map((partition) => [partition, duePerPartition]));
  const looks: (readonly number[])[] = [];
  let open = 0;
  let mostOpen = 0;
  const putBack = async ({ partitions, limit }: DueSelection) => {
    looks.push(partitions);
    mostOpen = Math.max(mostOpen, (open += 1));
    await new Promise(setImmediate);
    let taken = 0;
    for (const partition of partitions) {
      const some = Math.min(due.get(partition) ?? 0, limit - taken);
      due.set(partition, (due.get(partition) ?? 0) - some);
      taken += some;
    }
    open -= 1;
    return { taken, published: taken };
  };
  const left = () => [...due.values()].reduce((sum, count) => sum + count, 0);
  return { putBack, looks, left, mostOpen: () => mostOpen };
}

let running: ScheduleRetry | undefined;
afterEach(() => running?.stop());

interface World {
  readonly isLevel?: () => boolean;
  readonly counts?: ReadonlyMap<WaitingReason, number>;
  readonly owned?: ReadonlySet<number>;
  readonly nowMs?: () => number;
  readonly warn?: (line: string) => void;
}

function start(room: ReturnType<typeof roomWith>, world: World = {}) {
  const { isLevel = () => true, counts = new Map(), owned = new Set([0, 1, 2, 3]) } = world;
  const { nowMs = () => 0, warn = () => undefined } = world;
  const meters = createMeters({ processMetrics: false });
  const parts = {
    database: () => ({ waiting: { putBack: room.putBack, countByReason: async () => counts } }),
    rooms: { now: () => ({ defaultRoom: 20, rooms: new Map() }), taken: () => undefined },
    owned,
    roomIsLevel: { now: async () => isLevel(), forget: () => undefined },
    logger: { warn },
    meters,
    nowMs,
  };
  running = new ScheduleRetry(parts as unknown as ScheduleParts);
  running.start();
  return meters;
}

it('puts back in two halves of the partitions at once while there is more than one look finds', async () => {
  const room = roomWith(2_500);
  start(room);
  await waitUntil(() => room.left() === 0);
  expect(room.mostOpen()).toBe(2);
  for (const look of room.looks.slice(1, 3))
    expect([
      [0, 2],
      [1, 3],
    ]).toContainEqual(look);
  const found = room.looks.length;
  await waitUntil(() => room.looks.length > found + 4);
  expect(room.looks.at(-1)).toEqual([0, 1, 2, 3]);
});

it('looks at all partitions together when little is due', async () => {
  const room = roomWith(10);
  start(room);
  await waitUntil(() => room.looks.length > 2);
  expect(room.looks).toEqual(room.looks.map(() => [0, 1, 2, 3]));
  expect(room.mostOpen()).toBe(1);
});

it('puts nothing back before the rows are known to say what the log says', async () => {
  const room = roomWith(10);
  let asked = 0;
  start(room, { isLevel: () => (asked += 1) > 3 });
  await waitUntil(() => room.looks.length > 0);
  expect(asked).toBeGreaterThan(3);
});

it('says once that it waits for the log, where that takes longer than at a start', async () => {
  const room = roomWith(10);
  const warnings: string[] = [];
  let asked = 0;
  start(room, {
    isLevel: () => (asked += 1) > 6,
    nowMs: () => asked * 10_000,
    warn: (line) => warnings.push(`${asked}: ${line}`),
  });
  await waitUntil(() => room.looks.length > 0);
  expect(warnings).toEqual(['4: nothing is put back before the waiting room has caught up with the log']);
});

it('tells how many wait for every reason, and that none do', async () => {
  const { deliveriesWaiting } = start(roomWith(0), { counts: new Map([['busy', 7]]) });
  await waitUntil(async () => (await deliveriesWaiting.get()).values.length > 0);
  const { values } = await deliveriesWaiting.get();
  expect(new Map(values.map(({ labels, value }) => [labels.reason, value]))).toEqual(
    new Map(waitingReasons.map((reason) => [reason, reason === 'busy' ? 7 : 0])),
  );
});

it('tells nothing of what waits where another deliverer has the first partition', async () => {
  const room = roomWith(0);
  const { deliveriesWaiting } = start(room, { counts: new Map([['busy', 7]]), owned: new Set([1, 2, 3]) });
  await waitUntil(() => room.looks.length > 2);
  expect((await deliveriesWaiting.get()).values).toEqual([]);
});
