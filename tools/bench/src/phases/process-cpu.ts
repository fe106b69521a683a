import { cpuMicrosEach } from '../figures.js';
import type { ProcessCpu } from '../report.js';
import { usageIsKnown, usageOf, type ProcessUsage } from '../stack/process-usage.js';
import type { BenchContext } from './bench-context.js';

export type Usages = ReadonlyMap<string, ProcessUsage>;

/** What every process has used so far, the receiver's and the producer's too; empty where it cannot be told. */
export function usagesNow({ load, receiver, stack }: BenchContext): Usages {
  if (!usageIsKnown()) return new Map();
  const pids = [...stack.pids, ['receiver', receiver.pid] as const, ['producer', load.pid] as const];
  return new Map(pids.map(([name, pid]) => [name, usageOf(pid)]));
}

/** Of all processes together. */
export function cpuSecBetween(before: Usages, after: Usages): number {
  return [...before].reduce(
    (sum, [name, { cpuSec }]) => sum + (after.get(name)?.cpuSec ?? cpuSec) - cpuSec,
    0,
  );
}

/** @param at before the first publish, after the last receipt, and when all was idle */
export function cpuOf(
  { before, after, quiet }: { before: Usages; after: Usages; quiet: Usages },
  deliveries: number,
): ProcessCpu[] {
  return [...before].map(([process, { cpuSec }]) => {
    const busySec = (after.get(process)?.cpuSec ?? cpuSec) - cpuSec;
    const untilQuietSec = (quiet.get(process)?.cpuSec ?? cpuSec) - cpuSec;
    return {
      process,
      busySec,
      microsPerDelivery: cpuMicrosEach(busySec, deliveries),
      microsPerDeliveryUntilQuiet: cpuMicrosEach(untilQuietSec, deliveries),
      peakMemoryMiB: quiet.get(process)?.peakMemoryMiB ?? 0,
    };
  });
}
