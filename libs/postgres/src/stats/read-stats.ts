import { DeliveryFigures } from '@postel/domain';
import type { Sql } from '../connection/transaction.js';
import { stepsOf, type StatsRequest } from './read-steps.js';
import { addRow } from './stats-tables.js';

const dayMs = 86_400_000;

export type StatsPeriod = 'hour' | 'day' | 'week';

/** A tenant's or an endpoint's figures as the API shows them. */
export interface Stats {
  readonly endpointId?: string;
  readonly period: StatsPeriod;
  /** Created in the period. */
  readonly totalDeliveries: number;
  readonly successfulDeliveries: number;
  /** Dead, or discarded after they died. */
  readonly failedDeliveries: number;
  /** 0 to 1, of the finished ones; 0 while none has finished. */
  readonly successRate: number;
  /** Milliseconds, over all attempts started in the period; 0 without any. */
  readonly avgResponseTime: number;
  /** Percentiles are within 1 %. */
  readonly p50ResponseTime: number;
  readonly p95ResponseTime: number;
  readonly p99ResponseTime: number;
  /** Failed attempts by HTTP status, or by error code where there was no answer. */
  readonly errorBreakdown: Readonly<Record<string, number>>;
  /** Made in the period, and neither reopened nor discarded since. */
  readonly deadLetters: number;
}

/** The minute, or of a day and a week the hour, in which the period begins is counted as a whole. */
export async function statsOf(sql: Sql, tenant: string, request: StatsRequest): Promise<Stats> {
  const { periodSeconds, endpointId } = request;
  const steps = await stepsOf(sql, tenant, request);
  const figures = new DeliveryFigures();
  for (const row of steps.figures) addRow(figures, row);
  for (const { count } of steps.invalid) figures.deadLetters += count;
  return {
    ...(endpointId === undefined ? {} : { endpointId }),
    period: periodSeconds <= 3_600 ? 'hour' : periodSeconds * 1_000 <= dayMs ? 'day' : 'week',
    ...shown(figures),
  };
}

function shown(figures: DeliveryFigures): Omit<Stats, 'endpointId' | 'period'> {
  const { created, succeeded, failed, deadLetters, attempts, durationUs, latencies, errors } = figures;
  const finished = succeeded + failed;
  return {
    totalDeliveries: created,
    successfulDeliveries: succeeded,
    failedDeliveries: failed,
    successRate: finished === 0 ? 0 : succeeded / finished,
    avgResponseTime: attempts === 0 ? 0 : durationUs / attempts / 1_000,
    p50ResponseTime: latencies.percentile(0.5),
    p95ResponseTime: latencies.percentile(0.95),
    p99ResponseTime: latencies.percentile(0.99),
    errorBreakdown: Object.fromEntries(errors),
    deadLetters,
  };
}
