import { setTimeout as delay } from 'node:timers/promises';
import type { ProjectionStore } from './projection-store.js';

const lookEveryMs = 20;
/** A table that is further behind than that is taken as it is: to wait longer would be no answer at all. */
const longestMs = 5_000;

/** Resolves once a projection has come to this position of its stream, or after 5 s. */
export async function untilReached(
  projections: Pick<ProjectionStore, 'positions'>,
  name: string,
  wanted: number,
): Promise<void> {
  for (const deadlineMs = performance.now() + longestMs; performance.now() < deadlineMs;) {
    if (((await projections.positions()).get(name) ?? 0) >= wanted) return;
    await delay(lookEveryMs);
  }
}
