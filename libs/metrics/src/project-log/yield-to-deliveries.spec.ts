import { describe, expect, it } from '@jest/globals';
import { YieldToDeliveries } from './yield-to-deliveries.js';

/** A machine whose clock goes on by itself, so that nothing is waited for. */
function machine(machineIsBusy: () => boolean, longestMs = 5_000) {
  let nowMs = 1_000_000;
  const yielding = new YieldToDeliveries({ nowMs: () => (nowMs += 1_000), longestMs, machineIsBusy });
  return { yielding, nowMs: () => nowMs };
}

const signal = new AbortController().signal;

describe('writing the tables', () => {
  it('does not wait where a core is idle', async () => {
    const { yielding, nowMs } = machine(() => false);
    const startedMs = nowMs();
    await yielding.turn(startedMs, signal);
    expect(nowMs() - startedMs).toBeLessThanOrEqual(2_000);
  });

  it('waits while the machine has none to spare', async () => {
    let looks = 0;
    const { yielding } = machine(() => (looks += 1) <= 3, 1_000_000);
    await yielding.turn(1_000_000, signal);
    expect(looks).toBe(4);
  });

  it('waits for so long at most, and not at all when it is that late already', async () => {
    const { yielding, nowMs } = machine(() => true);
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
    await machine(() => true, Infinity).yielding.turn(0, stopped.signal);
  });
});
