import { expect, it } from '@jest/globals';
import { ArrivalPace } from './arrival-pace.js';

/** @returns whether more than one is expected within 5 ms, after arrivals at these intervals */
function after(...intervalsMs: readonly number[]): boolean {
  const pace = new ArrivalPace();
  let nowMs = 1_000_000;
  pace.arrived(nowMs);
  for (const intervalMs of intervalsMs) pace.arrived((nowMs += intervalMs));
  return pace.isFasterThan(5);
}

const times = (count: number, intervalMs: number) => Array<number>(count).fill(intervalMs);

it.each([
  ['the first', [], false],
  ['a few that come together', times(5, 0), false],
  ['many, a few milliseconds apart', times(80, 3), true],
  ['many that come rarely', times(80, 20), false],
  ['many that come in pairs, often enough together', times(40, 8).flatMap((each) => [each, 0]), true],
  ['one after a silence', [...times(80, 3), 60_000], false],
  ['many again after a silence', [...times(80, 3), 60_000, ...times(60, 3)], true],
])('knows of %s', (_what, intervalsMs, isFast) => {
  expect(after(...intervalsMs)).toBe(isFast);
});
