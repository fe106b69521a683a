import { partitionOf } from '@postel/contracts';
import type { Admission } from '@postel/domain';
import type { ConfigTables } from '@postel/jetstream';
import type { Meters } from '@postel/telemetry';
import { performance } from 'node:perf_hooks';

export interface SweepParts {
  readonly admission: Pick<Admission, 'sweep'>;
  readonly tables: ConfigTables;
  readonly meters: Meters;
  readonly owned: ReadonlySet<number>;
  readonly partitions: number;
  readonly nowMs: () => number;
}

const everyMs = 50;
const measureEveryMs = 500;
/** Beyond that the process itself is what everything waits for. */
const saturatedAbove = 0.9;

/** Lets the admission look at what has waited too long, and tells it whether it is us who are slow. */
export function sweepAdmission(parts: SweepParts): { start(): void; stop(): void } {
  const { admission, meters, nowMs, owned, partitions, tables } = parts;
  let timer: NodeJS.Timeout | undefined;
  let last = performance.eventLoopUtilization();
  let measuredAtMs = 0;
  let isSaturated = false;
  const measure = (atMs: number): void => {
    const now = performance.eventLoopUtilization();
    isSaturated = performance.eventLoopUtilization(now, last).utilization > saturatedAbove;
    last = now;
    measuredAtMs = atMs;
    let open = 0;
    for (const id of tables.openCircuitIds()) if (owned.has(partitionOf(id, partitions))) open += 1;
    meters.circuitsOpen.set(open);
  };
  return {
    start: () => {
      timer = setInterval(() => {
        const atMs = nowMs();
        if (atMs - measuredAtMs >= measureEveryMs) measure(atMs);
        admission.sweep(atMs, { isSaturated });
      }, everyMs);
    },
    stop: () => clearInterval(timer),
  };
}
