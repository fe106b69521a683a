import { median, summariseLatency } from '../figures.js';
import { monotonicMs } from '../monotonic-clock.js';
import { PhaseFailed, type SteadyRun } from '../report.js';
import { watchOtherLoad } from '../stack/other-load.js';
import { untilQuiet } from '../stack/until-quiet.js';
import type { BenchContext } from './bench-context.js';

export interface SteadyInput {
  readonly perSecond: number;
  readonly seconds: number;
  /** The events take them in turn. */
  readonly types: readonly string[];
  /** By the number of an event: whether it goes where the receiver answers at once. All of them by default. */
  readonly isMeasured?: (number: number) => boolean;
  /** Whether everything has to be quiet first; by default. */
  readonly isQuietBefore?: boolean;
}

export interface MeasuredRun extends SteadyRun {
  readonly p99OfWindowMs: number;
  /** In the order of their events. */
  readonly latenciesMs: Float64Array;
}

/**
 * One collection of garbage, every ten seconds or so, makes thirty deliveries late: as many as are beyond the p99 of some
 * seconds, so that two runs of 15 s in which nothing differs differed by 0.45 to 1.3 times at p99. It decides about one
 * window, and not about the median of several.
 */
const windowSeconds = 2.5;

/** After the last event. */
const patienceMs = { full: 30_000, quick: 5_000 };

/** Events at a steady rate over HTTP, and how long each was from its 202 to the receiver. */
export async function runSteadily(
  context: BenchContext,
  { perSecond, seconds, types, isMeasured = () => true, isQuietBefore = true }: SteadyInput,
  beside: () => Promise<unknown> = () => Promise.resolve(),
): Promise<MeasuredRun> {
  const { load, options, receiver, stack } = context;
  const events = perSecond * seconds;
  const measured = Array.from({ length: events }, (_, number) => number).filter(isMeasured);
  if (isQuietBefore) await untilQuiet(stack.pids.values(), 10_000);
  const deliveries = measured.length;
  const firstNumber = await receiver.call('expect', { events, receiptsPerEvent: 1, deliveries });
  const otherLoad = watchOtherLoad();
  const doors = { natsUrl: stack.natsUrl, http: stack.http };
  const [{ acceptedAtMs }] = await Promise.all([
    load.call('publishSteadily', { doors, events, firstNumber, perSecond, types }),
    beside(),
  ]);
  const timeoutMs = options.quick ? patienceMs.quick : patienceMs.full;
  const { distinct } = await receiver.call('awaitAll', { timeoutMs });
  const gaveUpAtMs = monotonicMs();
  const otherLoadCores = otherLoad();
  const arrivedAtMs = await receiver.call('arrivalTimes', undefined);
  const latenciesMs = Float64Array.from(
    measured,
    (number) => (arrivedAtMs[number] || gaveUpAtMs) - (acceptedAtMs[number] ?? NaN),
  );
  return {
    latenciesMs,
    missing: deliveries - distinct,
    otherLoadCores,
    acceptedToReceipt: latencyOf(latenciesMs),
    p99OfWindowMs: p99OfWindow([latenciesMs], seconds),
  };
}

/** @param runs each of so many seconds */
export function p99OfWindow(runs: readonly Float64Array[], seconds: number): number {
  const windows = Math.max(1, Math.round(seconds / windowSeconds));
  const p99s = runs.flatMap((latenciesMs) =>
    Array.from({ length: windows }, (_, window) => {
      const [from, to] = [window, window + 1].map((at) => Math.round((latenciesMs.length * at) / windows));
      return latencyOf(latenciesMs.subarray(from, to)).p99Ms;
    }),
  );
  return median(p99s);
}

export function latencyOf(latenciesMs: Iterable<number>): SteadyRun['acceptedToReceipt'] {
  const summary = summariseLatency(latenciesMs);
  if (!summary) throw new PhaseFailed('nothing was measured');
  return summary;
}

/** What the report keeps. */
export function reported({ acceptedToReceipt, missing, otherLoadCores }: MeasuredRun): SteadyRun {
  return { acceptedToReceipt, missing, otherLoadCores };
}

/** … of one that was steady. */
export function reportedByWindow(run: MeasuredRun): SteadyRun & { readonly p99OfWindowMs: number } {
  return { ...reported(run), p99OfWindowMs: run.p99OfWindowMs };
}

/** Several runs as one. */
export function together(runs: readonly MeasuredRun[]): SteadyRun {
  return {
    acceptedToReceipt: latencyOf(runs.flatMap(({ latenciesMs }) => [...latenciesMs])),
    missing: runs.reduce((sum, { missing }) => sum + missing, 0),
    otherLoadCores: most(runs.map(({ otherLoadCores }) => otherLoadCores)),
  };
}

/** `null` where it is not known. */
function most(cores: readonly (number | null)[]): number | null {
  return cores.includes(null) ? null : Math.max(...cores.map(Number));
}
