import type { Sql } from '../connection/transaction.js';
import {
  figuresColumns,
  statsHours,
  statsMinutes,
  type FiguresRow,
  type StatsTable,
} from './stats-tables.js';

export interface StatsRequest {
  readonly periodSeconds: number;
  readonly endpointId?: string | undefined;
  readonly nowMs: number;
}

/** What is kept of a period, by its steps. */
export interface StatsSteps {
  readonly stepMs: number;
  /** When each step begins, oldest first, also of those of which nothing is kept. */
  readonly startsMs: readonly number[];
  readonly figures: readonly (FiguresRow & { readonly start_at: Date })[];
  /** Dead letters of a whole tenant that are of no delivery. */
  readonly invalid: readonly { readonly start_at: Date; readonly count: number }[];
}

/** Each row by its whole key. */
const figuresSql = (table: string) => `
SELECT start_at, ${figuresColumns} FROM ${table}
 WHERE start_at = ANY ($1::timestamptz[]) AND tenant = $2 AND endpoint_id = $3`;

/** Events that were not understood have no delivery, and are of no endpoint. */
const invalidSql = (isTheirs: string) => `
SELECT date_bin($4 * interval '1 ms', created_at, timestamptz 'epoch') AS start_at, count(*) AS count
  FROM dead_letters
 WHERE ${isTheirs} AND delivery_id IS NULL AND created_at >= $2 AND created_at <= $3
 GROUP BY 1`;
const invalidOfTenant = invalidSql('tenant = $1');
const invalidOfFleet = invalidSql(`$1 = ''`);

/** The minute, or of a day and a week the hour, in which the period begins is counted as a whole. */
export function spanOf({ periodSeconds, nowMs }: Pick<StatsRequest, 'periodSeconds' | 'nowMs'>) {
  const table: StatsTable = periodSeconds <= 3_600 ? statsMinutes : statsHours;
  const firstMs = Math.floor((nowMs - periodSeconds * 1_000) / table.spanMs) * table.spanMs;
  return { table, firstMs };
}

/** @param tenant empty: all tenants together */
export async function stepsOf(sql: Sql, tenant: string, request: StatsRequest): Promise<StatsSteps> {
  const { endpointId, nowMs } = request;
  const {
    table: { name, spanMs },
    firstMs,
  } = spanOf(request);
  const startsMs: number[] = [];
  for (let startMs = firstMs; startMs <= nowMs; startMs += spanMs) startsMs.push(startMs);
  const { rows } = await sql.query<StatsSteps['figures'][number]>(figuresSql(name), [
    `{${startsMs.map(iso).join(',')}}`,
    tenant,
    endpointId ?? '',
  ]);
  const steps = { stepMs: spanMs, startsMs, figures: rows };
  if (endpointId !== undefined) return { ...steps, invalid: [] };
  const parameters = [tenant, iso(firstMs), iso(nowMs), spanMs];
  const invalidOf = tenant === '' ? invalidOfFleet : invalidOfTenant;
  const invalid = await sql.query<StatsSteps['invalid'][number]>(invalidOf, parameters);
  return { ...steps, invalid: invalid.rows };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
