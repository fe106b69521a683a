import { describe, expect, it } from '@jest/globals';
import { YieldToDeliveries } from './yield-to-deliveries.js';

/** A machine of which so much is idle; its clock goes on by itself, so that nothing is waited for. */
function machine(idle: () => number, longestMs = 5_000) {
  let nowMs = 1_000_000;
  const times = { totalMs: 0, idleMs: 0 };
  const yielding = new YieldToDeliveries({
    nowMs: () => (nowMs += 1_000),
    longestMs,
    cpuTimes: () => {
      times.totalMs += 100;
      times.idleMs += 100 * idle();
      return { ...times };
    },
  });
  return { yielding, nowMs: () => nowMs };
}

const signal = new AbortController().signal;

describe('writing the tables', () => {
  it('does not wait where a core is idle', async () => {
    const { yielding, nowMs } = machine(() => 0.5);
    const startedMs = nowMs();
    await yielding.turn(startedMs, signal);
    expect(nowMs() - startedMs).toBeLessThanOrEqual(2_000);
  });

  it('waits while the machine has none to spare', async () => {
    let looks = 0;
    const { yielding } = machine(() => ((looks += 1) > 3 ? 0.5 : 0), 1_000_000);
    await yielding.turn(1_000_000, signal);
    expect(looks).toBe(4);
  });

  it('waits for so long at most, and not at all when it is that late already', async () => {
    const { yielding, nowMs } = machine(() => 0);
    const storedAtMs = nowMs();
    await yielding.turn(storedAtMs, signal);
    expect(nowMs() - storedAtMs).toBeLessThanOrEqual(7_000);
    const before = nowMs();
    await yielding.turn(storedAtMs, signal);
    expect(nowMs() - before).toBe(1_000);
  });

  it('ends when it is stopped', async () => {
    const stopped = new AbortController();
    stopped.abort();
    await machine(() => 0, Infinity).yielding.turn(0, stopped.signal);
  });
});
