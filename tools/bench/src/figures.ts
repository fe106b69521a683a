/** The arithmetic of the report. Times in milliseconds unless the name says otherwise. */
export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** The nearest-rank percentile: the smallest value that at least `percent` % of all are at or below. Throws a RangeError for none. */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  const rank = Math.ceil((percent / 100) * sorted.length);
  const value = sorted[Math.max(rank, 1) - 1];
  if (value === undefined) throw new RangeError('no value has no percentile');
  return value;
}

/** @returns `null` when there is nothing to summarise */
export function summariseLatency(latenciesMs: Iterable<number>): LatencySummary | null {
  const sorted = Float64Array.from(latenciesMs).sort();
  if (sorted.length === 0) return null;
  return {
    count: sorted.length,
    p50Ms: percentile(sorted, 50),
    p99Ms: percentile(sorted, 99),
    maxMs: percentile(sorted, 100),
  };
}

export function perSecond(count: number, elapsedMs: number): number {
  return elapsedMs > 0 ? (count * 1_000) / elapsedMs : 0;
}

/** @returns 0 when there is none; of an even number the upper one */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** @returns 0 when there is nothing to compare with */
export function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

/** @returns microseconds of CPU for one of `count` */
export function cpuMicrosEach(cpuSec: number, count: number): number {
  return count > 0 ? (cpuSec * 1e6) / count : 0;
}
