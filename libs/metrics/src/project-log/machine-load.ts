import { cpus } from 'node:os';

/**
 * Where less is idle, what we take of the machine is taken from others: of a small one half a core, for a deliverer
 * cannot use more than one and leaves some of the rest while it has all that it can use; of a large one a tenth.
 */
const spare = { cores: 0.5, share: 0.1 };
const lookEveryMs = 200;
/** It has that again when it had it over so many looks: not whenever others wait for a moment. */
const looksTogether = 3;

export interface CpuTimes {
  /** Of all cores. */
  readonly totalMs: number;
  readonly idleMs: number;
}

/** Whether the machine has something to spare. */
export class MachineLoad {
  /** The latest first. */
  private looks: readonly CpuTimes[];

  private readonly spareShare: number;

  constructor(
    private readonly cpuTimes: () => CpuTimes = cpuTimesNow,
    cores = cpus().length,
  ) {
    this.looks = [cpuTimes()];
    this.spareShare = Math.max(spare.share, spare.cores / cores);
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
    return this.isBusyBetween(before, now) || this.isBusyBetween(others.at(-1) ?? before, now);
  }

  private isBusyBetween(before: CpuTimes, now: CpuTimes): boolean {
    const totalMs = now.totalMs - before.totalMs;
    return totalMs > 0 && (now.idleMs - before.idleMs) / totalMs < this.spareShare;
  }
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
