import { describe, expect, it } from '@jest/globals';
import { lagForMs, YieldToDeliveries } from './yield-to-deliveries.js';

/** A machine whose clock goes on by itself, so that nothing is waited for. */
function machine(machineIsBusy: () => boolean) {
  let nowMs = 1_000_000;
  const yielding = new YieldToDeliveries({ nowMs: () => (nowMs += 1_000), machineIsBusy });
  return { yielding, nowMs: () => nowMs };
}

const signal = new AbortController().signal;

describe('writing the tables', () => {
  it('does not wait where a core is idle', async () => {
    const { yielding, nowMs } = machine(() => false);
    const startedMs = nowMs();
    await yielding.turn(startedMs, 5_000, signal);
    expect(nowMs() - startedMs).toBeLessThanOrEqual(2_000);
  });

  it('waits while the machine has none to spare', async () => {
    let looks = 0;
    const { yielding } = machine(() => (looks += 1) <= 3);
    await yielding.turn(1_000_000, 1_000_000, signal);
    expect(looks).toBe(4);
  });

  it('waits for so long at most, and not at all when it is that late already', async () => {
    const { yielding, nowMs } = machine(() => true);
    const storedAtMs = nowMs();
    await yielding.turn(storedAtMs, 5_000, signal);
    expect(nowMs() - storedAtMs).toBeLessThanOrEqual(7_000);
    const before = nowMs();
    await yielding.turn(storedAtMs, 5_000, signal);
    expect(nowMs() - before).toBe(1_000);
  });

  it('waits no longer where its clock is behind that of the broker', async () => {
    const parts = { nowMs: () => 1_000_000, machineIsBusy: () => true };
    const storedAtMs = parts.nowMs() + 3_600_000;
    await expect(new YieldToDeliveries(parts).turn(storedAtMs, 300, signal)).resolves.toBeUndefined();
  }, 5_000);

  it('ends when it is stopped', async () => {
    const stopped = new AbortController();
    stopped.abort();
    await machine(() => true).yielding.turn(0, Infinity, stopped.signal);
  });

  it('waits for seconds where many deliveries go out, and not where few do', () => {
    const batch = (messages: number) =>
      Array<{ payload: Buffer }>(messages).fill({ payload: Buffer.alloc(1_000) });
    expect([batch(1), batch(60), batch(70), batch(5_000)].map(lagForMs)).toEqual([500, 500, 5_000, 5_000]);
  });
});
