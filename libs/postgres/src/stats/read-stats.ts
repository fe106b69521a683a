import { DeliveryFigures } from '@postel/domain';
import type { Sql } from '../connection/transaction.js';
import { addRow, figuresColumns, statsHours, statsMinutes, type FiguresRow } from './stats-tables.js';

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

export interface StatsRequest {
  readonly periodSeconds: number;
  readonly endpointId?: string | undefined;
  readonly nowMs: number;
}

const dayMs = 86_400_000;

/** Each row by its whole key. */
const figuresSql = (table: string) => `
SELECT ${figuresColumns} FROM ${table}
 WHERE start_at = ANY ($1::timestamptz[]) AND tenant = $2 AND endpoint_id = $3`;

/** Events that were not understood have no delivery, and are of no endpoint. */
const invalidSql = `
SELECT count(*) AS count FROM dead_letters
 WHERE tenant = $1 AND delivery_id IS NULL AND created_at >= $2 AND created_at <= $3`;

/** The minute, or of a day and a week the hour, in which the period begins is counted as a whole. */
export async function statsOf(sql: Sql, tenant: string, request: StatsRequest): Promise<Stats> {
  const { periodSeconds, endpointId, nowMs } = request;
  const { name, spanMs } = periodSeconds <= 3_600 ? statsMinutes : statsHours;
  const firstMs = Math.floor((nowMs - periodSeconds * 1_000) / spanMs) * spanMs;
  const starts: string[] = [];
  for (let startMs = firstMs; startMs <= nowMs; startMs += spanMs)
    starts.push(new Date(startMs).toISOString());
  const { rows } = await sql.query<FiguresRow>(figuresSql(name), [
    `{${starts.join(',')}}`,
    tenant,
    endpointId ?? '',
  ]);
  const figures = new DeliveryFigures();
  for (const row of rows) addRow(figures, row);
  if (endpointId === undefined) {
    const between = [new Date(firstMs).toISOString(), new Date(nowMs).toISOString()];
    const invalid = await sql.query<{ count: number }>(invalidSql, [tenant, ...between]);
    figures.deadLetters += invalid.rows[0]?.count ?? 0;
  }
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
