import { setTimeout as delay } from 'node:timers/promises';
import { cpus } from 'node:os';

/** Beyond that what we take of the machine is taken from others. */
const busyAbove = 0.9;
const lookEveryMs = 200;

export interface YieldParts {
  /** Total and idle time of all cores so far. */
  readonly cpuTimes?: () => { readonly totalMs: number; readonly idleMs: number };
  readonly nowMs: () => number;
  /** Tables lag so much for it at most. */
  readonly longestMs: number;
}

/**
 * Lets the tables wait while the machine has no core to spare: who looks something up can wait for some seconds, and
 * deliveries go out earlier. A table that lags more is written whatever the others do.
 */
export class YieldToDeliveries {
  private last = { totalMs: 0, idleMs: 0 };
  private measuredAtMs = -Infinity;
  private isBusy = false;

  constructor(private readonly parts: YieldParts) {}

  /** Resolves when a batch may be written whose first message was stored then. */
  async turn(storedAtMs: number, signal: AbortSignal): Promise<void> {
    const { longestMs, nowMs } = this.parts;
    while (!signal.aborted && nowMs() - storedAtMs < longestMs && this.machineIsBusy()) {
      await delay(lookEveryMs, undefined, { signal }).catch(() => undefined); // stopped: no need to wait
    }
  }

  private machineIsBusy(): boolean {
    const nowMs = this.parts.nowMs();
    if (nowMs - this.measuredAtMs < lookEveryMs) return this.isBusy;
    this.measuredAtMs = nowMs;
    const now = (this.parts.cpuTimes ?? cpuTimes)();
    const totalMs = now.totalMs - this.last.totalMs;
    const idleMs = now.idleMs - this.last.idleMs;
    this.last = now;
    this.isBusy = totalMs > 0 && idleMs / totalMs < 1 - busyAbove;
    return this.isBusy;
  }
}

function cpuTimes(): { totalMs: number; idleMs: number } {
  let totalMs = 0;
  let idleMs = 0;
  for (const { times } of cpus()) {
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq;
    idleMs += times.idle;
  }
  return { totalMs, idleMs };
}
