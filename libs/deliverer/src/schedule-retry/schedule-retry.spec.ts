import { afterEach, expect, it } from '@jest/globals';
import type { DueSelection } from '@postel/postgres';
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

function start(room: ReturnType<typeof roomWith>, isLevel = () => true): void {
  const parts = {
    database: () => ({ waiting: { putBack: room.putBack, countByReason: async () => new Map() } }),
    rooms: { now: () => ({ defaultRoom: 20, rooms: new Map() }), taken: () => undefined },
    owned: new Set([0, 1, 2, 3]),
    roomIsLevel: { now: async () => isLevel(), forget: () => undefined },
    logger: { warn: () => undefined },
    meters: { deliveriesWaiting: { reset: () => undefined, set: () => undefined } },
    nowMs: () => 0,
  };
  running = new ScheduleRetry(parts as unknown as ScheduleParts);
  running.start();
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
  start(room, () => (asked += 1) > 3);
  await waitUntil(() => room.looks.length > 0);
  expect(asked).toBeGreaterThan(3);
});
