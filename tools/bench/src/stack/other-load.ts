import { readFileSync } from 'node:fs';
import { monotonicMs } from '../monotonic-clock.js';
import { cpuSecOf, usageIsKnown } from './process-usage.js';

/** Busy time of the whole machine, in ticks: all but idle and waiting for the disk; time stolen by the host is busy. */
export function busyTicks(procStat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = procStat
    .slice(0, procStat.indexOf('\n'))
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return user + nice + system + irq + softIrq + steal;
}

/**
 * Begins to measure what everything but this process and its children takes of the machine, the kernel's own threads
 * included.
 * @returns a function that ends it, with the cores taken on average, or `null` where it cannot be told
 */
export function watchOtherLoad(): () => number | null {
  if (!usageIsKnown()) return () => null;
  const othersSec = () => busyTicks(readFileSync('/proc/stat', 'utf8')) / 100 - cpuSecOf(process.pid);
  const before = { othersSec: othersSec(), atMs: monotonicMs() };
  return () => {
    const elapsedSec = (monotonicMs() - before.atMs) / 1_000;
    return Math.max(0, othersSec() - before.othersSec) / elapsedSec;
  };
}
