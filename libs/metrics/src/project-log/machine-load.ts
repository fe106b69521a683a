import { cpus } from 'node:os';

/** Beyond that what we take of the machine is taken from others. */
const busyAbove = 0.9;
const lookEveryMs = 200;
/** It has a core to spare again when it had one over so many looks: not whenever others wait for a moment. */
const looksTogether = 3;

export interface CpuTimes {
  /** Of all cores. */
  readonly totalMs: number;
  readonly idleMs: number;
}

/** Whether the machine has a core to spare. */
export class MachineLoad {
  /** The latest first. */
  private looks: readonly CpuTimes[];

  constructor(private readonly cpuTimes: () => CpuTimes = cpuTimesNow) {
    this.looks = [cpuTimes()];
  }

  /** Looks again and again, so that what was long ago says nothing of now. */
  watch(signal: AbortSignal): void {
    if (signal.aborted) return;
    const timer = setInterval(() => this.look(), lookEveryMs).unref();
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  look(): void {
    this.looks = [this.cpuTimes(), ...this.looks].slice(0, looksTogether + 1);
  }

  get isBusy(): boolean {
    const [now, before, ...others] = this.looks;
    if (!now || !before) return false;
    return isBusyBetween(before, now) || isBusyBetween(others.at(-1) ?? before, now);
  }
}

function isBusyBetween(before: CpuTimes, now: CpuTimes): boolean {
  const totalMs = now.totalMs - before.totalMs;
  return totalMs > 0 && (now.idleMs - before.idleMs) / totalMs < 1 - busyAbove;
}

function cpuTimesNow(): CpuTimes {
  let totalMs = 0;
  let idleMs = 0;
  for (const { times } of cpus()) {
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq;
    idleMs += times.idle;
  }
  return { totalMs, idleMs };
}
