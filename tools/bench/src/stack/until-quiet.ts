import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '../monotonic-clock.js';
import { cpuSecOf, usageIsKnown } from './process-usage.js';

/** Together below this share of a core: idle, for they are never quite at nought. */
const idleCores = 0.25;
const windowMs = 500;

/**
 * Until these processes have nothing to do any more: what was published is fanned out, delivered and in the tables.
 * @returns when that began (monotonic), or `null` where it cannot be told or took longer
 */
export async function untilQuiet(pids: Iterable<number>, timeoutMs = 60_000): Promise<number | null> {
  const all = [...pids];
  if (!usageIsKnown()) {
    await delay(3_000);
    return null;
  }
  const total = () => all.reduce((sum, pid) => sum + cpuSecOf(pid), 0);
  const deadlineMs = monotonicMs() + timeoutMs;
  let before = total();
  while (monotonicMs() < deadlineMs) {
    const fromMs = monotonicMs();
    await delay(windowMs);
    const now = total();
    if ((now - before) * 1_000 < idleCores * (monotonicMs() - fromMs)) return fromMs;
    before = now;
  }
  return null;
}
