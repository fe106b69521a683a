import { setTimeout as delay } from 'node:timers/promises';
import type { Verdict } from '../check-evidence/check-evidence.js';

export interface AwaitEndOptions {
  /** Whether all work has come to its end: nothing waits, and nothing can be handed out again. */
  readonly isSettled: () => Promise<boolean>;
  readonly judge: () => Promise<Verdict>;
  /** For all work to end. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Once all has settled: until the tables have caught up. */
const tablesLimitMs = 30_000;

/** Looks until all has settled and the tables agree with the log; gives the last verdict when the time is up. */
export async function awaitEnd({ isSettled, judge, limitMs, signal }: AwaitEndOptions): Promise<Verdict> {
  const untilMs = Date.now() + limitMs;
  // a broker that is just coming back does not answer at once
  while (!(await isSettled().catch(() => false)) && Date.now() < untilMs) {
    await delay(500, undefined, { signal });
  }
  const tablesUntilMs = Date.now() + tablesLimitMs;
  for (;;) {
    const verdict = await judge();
    if (verdict.tablesAgree || Date.now() > tablesUntilMs) return verdict;
    await delay(1_000, undefined, { signal });
  }
}
