import type { Sql } from '../connection/transaction.js';

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
  readonly p50ResponseTime: number;
  readonly p95ResponseTime: number;
  readonly p99ResponseTime: number;
  /** Failed attempts by HTTP status, or by error code where there was no answer. */
  readonly errorBreakdown: Readonly<Record<string, number>>;
  /** Made in the period and still there. */
  readonly deadLetters: number;
}

export interface StatsRequest {
  readonly periodSeconds: number;
  readonly endpointId?: string | undefined;
  readonly nowMs: number;
}

/** An error after a good status (a body that never ended) counts as that error. */
const statsSql = `
WITH finished AS (
  SELECT count(*) AS total,
         count(*) FILTER (WHERE status = 'succeeded') AS succeeded,
         count(*) FILTER (WHERE status IN ('dead', 'discarded')) AS failed
    FROM deliveries
   WHERE tenant = $1 AND created_at > $2 AND created_at <= $3 AND ($4::text IS NULL OR endpoint_id = $4)
), tried AS (
  SELECT duration_ms, outcome,
         CASE WHEN error_code IS NULL OR response_status NOT BETWEEN 200 AND 299
              THEN coalesce(response_status::text, error_code, 'unknown') ELSE error_code END AS error
    FROM attempts
   WHERE tenant = $1 AND started_at > $2 AND started_at <= $3 AND ($4::text IS NULL OR endpoint_id = $4)
), times AS (
  SELECT coalesce(avg(duration_ms), 0) AS average,
         percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY duration_ms) AS percentiles
    FROM tried
), errors AS (
  SELECT coalesce(jsonb_object_agg(error, count), '{}') AS breakdown
    FROM (SELECT error, count(*) AS count FROM tried WHERE outcome <> 'succeeded' GROUP BY error) AS counted
)
SELECT finished.*, times.*, errors.*,
       (SELECT count(*) FROM dead_letters
         WHERE tenant = $1 AND created_at > $2 AND created_at <= $3
           AND ($4::text IS NULL OR endpoint_id = $4)) AS dead_letters
  FROM finished, times, errors`;

interface StatsRow {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly average: number;
  readonly percentiles: readonly number[] | null;
  readonly breakdown: Readonly<Record<string, number>>;
  readonly dead_letters: number;
}

export async function statsOf(sql: Sql, tenant: string, request: StatsRequest): Promise<Stats> {
  const { periodSeconds, endpointId, nowMs } = request;
  const since = new Date(nowMs - periodSeconds * 1_000).toISOString();
  const until = new Date(nowMs).toISOString();
  const { rows } = await sql.query<StatsRow>(statsSql, [tenant, since, until, endpointId ?? null]);
  const row = rows[0];
  if (!row) throw new Error('The statement of the stats returned no row');
  const [p50 = 0, p95 = 0, p99 = 0] = row.percentiles ?? [];
  const finished = row.succeeded + row.failed;
  return {
    ...(endpointId === undefined ? {} : { endpointId }),
    period: periodSeconds <= 3_600 ? 'hour' : periodSeconds <= 86_400 ? 'day' : 'week',
    totalDeliveries: row.total,
    successfulDeliveries: row.succeeded,
    failedDeliveries: row.failed,
    successRate: finished === 0 ? 0 : row.succeeded / finished,
    avgResponseTime: row.average,
    p50ResponseTime: p50,
    p95ResponseTime: p95,
    p99ResponseTime: p99,
    errorBreakdown: row.breakdown,
    deadLetters: row.dead_letters,
  };
}
