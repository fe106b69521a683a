import { setTimeout as delay } from 'node:timers/promises';
import { checkFigures } from './check-figures.js';
import type { Check } from './check.js';
import type { Evidence } from './evidence.js';

export interface Verdict {
  readonly evidence: Evidence;
  readonly checks: readonly Check[];
}

export interface AwaitEndOptions {
  readonly collect: () => Promise<Evidence>;
  readonly deadlineAtMs: number;
  readonly signal: AbortSignal;
  readonly onLook: (verdict: Verdict) => void;
}

/**
 * Asks until every figure fits, and fits once more a moment later: what arrives afterwards must not change it. Gives
 * the last state when the deadline passes.
 */
export async function awaitEnd(options: AwaitEndOptions): Promise<Verdict> {
  const { collect, deadlineAtMs, signal, onLook } = options;
  for (let fitted = 0; ;) {
    const evidence = await collect();
    const checks = checkFigures(evidence);
    onLook({ evidence, checks });
    fitted = checks.every(({ ok }) => ok) ? fitted + 1 : 0;
    if (fitted === 2 || Date.now() > deadlineAtMs) return { evidence, checks };
    await delay(1_000, undefined, { signal });
  }
}
