import { partitionOf } from '@postel/contracts';
import type { Admission } from '@postel/domain';
import type { ConfigTables } from '@postel/jetstream';
import type { Lateness } from '../attempt-delivery/lateness.js';
import { RunQueue } from './run-queue.js';
import type { Meters } from '@postel/telemetry';
import { performance } from 'node:perf_hooks';

export interface SweepParts {
  readonly admission: Pick<Admission, 'sweep'>;
  readonly lateness: Lateness;
  readonly tables: ConfigTables;
  readonly meters: Meters;
  readonly owned: ReadonlySet<number>;
  readonly partitions: number;
  readonly nowMs: () => number;
}

const everyMs = 50;
const measureEveryMs = 250;
/** Beyond either the process itself, or the machine it runs on, is what everything waits for. */
const saturatedAboveUtilization = 0.85;
const saturatedAboveLagMs = 10;
/** Of the time, ready to run and waiting for a core. */
const saturatedAboveQueueing = 0.15;

/** Lets the admission look at what has waited too long, and tells it whether it is us who are slow. */
export function sweepAdmission(parts: SweepParts): { start(): void; stop(): void } {
  const { admission, lateness, meters, nowMs, owned, partitions, tables } = parts;
  let timer: NodeJS.Timeout | undefined;
  const runQueue = new RunQueue();
  let last = performance.eventLoopUtilization();
  let measuredAtMs = 0;
  let isSaturated = false;
  let dueAtMs = 0;
  /** How late the sweep comes, on average. */
  let lagMs = 0;
  const measure = (atMs: number): void => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    isSaturated =
      utilization > saturatedAboveUtilization ||
      lagMs > saturatedAboveLagMs ||
      runQueue.share(atMs) > saturatedAboveQueueing;
    last = now;
    measuredAtMs = atMs;
    let open = 0;
    for (const id of tables.openCircuitIds()) if (owned.has(partitionOf(id, partitions))) open += 1;
    meters.circuitsOpen.set(open);
  };
  return {
    start: () => {
      dueAtMs = nowMs() + everyMs;
      timer = setInterval(() => {
        const atMs = nowMs();
        lateness.alive(atMs);
        lagMs += (Math.max(0, atMs - dueAtMs) - lagMs) / 8;
        dueAtMs = atMs + everyMs;
        if (atMs - measuredAtMs >= measureEveryMs) measure(atMs);
        admission.sweep(atMs, { isSaturated });
      }, everyMs);
    },
    stop: () => clearInterval(timer),
  };
}
