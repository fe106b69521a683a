import { expect, it } from '@jest/globals';
import { lanesOf } from './lanes.js';

it('shows what stands before the partitions of a lane together', () => {
  const consumer = (stream: string, name: string, pending: number, ackPending: number) => ({
    stream,
    consumer: name,
    pending,
    ackPending,
  });
  expect(
    lanesOf([
      consumer('EVENTS', 'dispatcher', 7, 1),
      consumer('DELIVERIES', 'deliverer-retry-0', 2, 1),
      consumer('DELIVERIES', 'deliverer-retry-1', 3, 0),
    ]),
  ).toEqual([
    { name: 'EVENTS / dispatcher', pending: 7, ackPending: 1 },
    { name: 'DELIVERIES / deliverer-retry, 2 partitions', pending: 5, ackPending: 1 },
  ]);
});
