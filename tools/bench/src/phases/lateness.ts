import type { LatencySummary } from '../figures.js';
import { latencyOf } from './run-steadily.js';

export interface DueTimes {
  /** Row n is due so many times `spacingMs` after this, in whole milliseconds. */
  readonly firstDueMs: number;
  readonly spacingMs: number;
}

export interface Lateness {
  readonly lateness: LatencySummary;
  readonly early: number;
}

/** Two clocks are compared, each to the millisecond. */
const toleranceMs = 1;

/**
 * @param arrivedAtMs of the monotonic clock, by the number of the row; 0 for one that did not arrive: it is left out
 * @param epochMs what makes a time since 1970 of one of the monotonic clock
 */
export function latenessOf(
  arrivedAtMs: ArrayLike<number>,
  { firstDueMs, spacingMs }: DueTimes,
  epochMs: number,
): Lateness {
  const lateMs: number[] = [];
  for (let number = 0; number < arrivedAtMs.length; number++) {
    const atMs = arrivedAtMs[number] ?? 0;
    if (atMs !== 0) lateMs.push(atMs + epochMs - Math.floor(firstDueMs + number * spacingMs));
  }
  return { lateness: latencyOf(lateMs), early: lateMs.filter((ms) => ms < -toleranceMs).length };
}
