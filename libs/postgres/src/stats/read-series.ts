import { DeliveryFigures } from '@postel/domain';
import type { Sql } from '../connection/transaction.js';
import { stepsOf, type StatsRequest } from './read-steps.js';
import { addRow } from './stats-tables.js';

/** The figures of one step, in the words of `Stats`; what nothing is known of is `null`, so that a chart has a gap there. */
export interface StatsPoint {
  /** When the step begins. */
  readonly at: string;
  readonly totalDeliveries: number;
  readonly successfulDeliveries: number;
  readonly failedDeliveries: number;
  /** `null` while none has finished. */
  readonly successRate: number | null;
  /** Milliseconds; `null` without any attempt. */
  readonly p50ResponseTime: number | null;
  readonly p95ResponseTime: number | null;
  readonly p99ResponseTime: number | null;
  readonly errorBreakdown: Readonly<Record<string, number>>;
  readonly deadLetters: number;
}

export interface StatsSeries {
  readonly stepSeconds: number;
  /** Oldest first, every step of the period: their sums are the figures of it. */
  readonly points: readonly StatsPoint[];
}

export async function seriesOf(sql: Sql, tenant: string, request: StatsRequest): Promise<StatsSeries> {
  const { stepMs, startsMs, figures, invalid } = await stepsOf(sql, tenant, request);
  const byStart = new Map(startsMs.map((startMs) => [startMs, new DeliveryFigures()]));
  for (const row of figures) {
    const step = byStart.get(row.start_at.getTime());
    if (step) addRow(step, row);
  }
  for (const { start_at, count } of invalid) {
    const step = byStart.get(start_at.getTime());
    if (step) step.deadLetters += count;
  }
  return {
    stepSeconds: stepMs / 1_000,
    points: [...byStart].map(([startMs, step]) => pointOf(startMs, step)),
  };
}

function pointOf(startMs: number, step: DeliveryFigures): StatsPoint {
  const { created, succeeded, failed, deadLetters, attempts, latencies, errors } = step;
  const finished = succeeded + failed;
  const percentile = (share: number) => (attempts === 0 ? null : latencies.percentile(share));
  return {
    at: new Date(startMs).toISOString(),
    totalDeliveries: created,
    successfulDeliveries: succeeded,
    failedDeliveries: failed,
    successRate: finished === 0 ? null : succeeded / finished,
    p50ResponseTime: percentile(0.5),
    p95ResponseTime: percentile(0.95),
    p99ResponseTime: percentile(0.99),
    errorBreakdown: Object.fromEntries(errors),
    deadLetters,
  };
}
