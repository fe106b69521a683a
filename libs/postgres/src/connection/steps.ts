import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that can be left for a while wherever it yields. */
export type Steps<Result> = Generator<void, Result>;

/** Longer than that nothing else of this process has to wait. */
const turnMs = 2;

/** Lets others have the event loop from time to time: answers of the database wait for work that has no hurry. */
export async function inTurns<Result>(steps: Steps<Result>): Promise<Result> {
  let sinceMs = performance.now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (performance.now() - sinceMs < turnMs) continue;
    await nextTurn();
    sinceMs = performance.now();
  }
}

export function atOnce<Result>(steps: Steps<Result>): Result {
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}
