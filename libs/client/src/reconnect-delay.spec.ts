import { expect, it } from '@jest/globals';
import { reconnectDelayMs } from './reconnect-delay.js';

it('waits longer each time, at most so long, and as long as it is told to', () => {
  const wait = (failures: number, askedMs = 0) => reconnectDelayMs(failures, 1_000, askedMs, () => 0);
  expect([1, 2, 3, 4, 5, 99].map((failures) => wait(failures))).toEqual([
    1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
  ]);
  expect([wait(1, 60_000), wait(1, 999_999_000)]).toEqual([60_000, 300_000]);
  expect(reconnectDelayMs(1, 1_000, 0, () => 0.999)).toBe(1_250);
});
