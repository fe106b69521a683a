import type { Sql } from '../connection/transaction.js';
import { spanOf, type StatsRequest } from '../stats/read-steps.js';

type Period = Pick<StatsRequest, 'periodSeconds' | 'nowMs'>;

export interface RankedTenant {
  readonly tenant: string;
  readonly created: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly deadLetters: number;
}

export interface EndpointOf {
  readonly tenant: string;
  readonly endpointId: string;
}

export interface EndpointFigures extends RankedTenant, EndpointOf {
  /** Milliseconds; `null` without any attempt. */
  readonly p95ResponseTime: number | null;
}

/** A day of 8,000 endpoints, or an hour of 3,000: some tenths of a second. */
const maxRows = 200_000;
/** More than are shown: some may be deleted by now. */
const maxRanked = 200;

/** Each is a row of `stats_…_of_tenants`; `sum` of bigint would come as text. */
const tenantsSql = (table: string) => `
SELECT tenant, sum(created)::float8 AS created, sum(succeeded)::float8 AS succeeded, sum(failed)::float8 AS failed,
       sum(dead_letters)::float8 AS "deadLetters"
  FROM ${table}
 WHERE start_at >= $1 AND start_at <= $2 AND endpoint_id = '' AND tenant <> ''
 GROUP BY tenant ORDER BY sum(failed) DESC, sum(created) DESC, tenant LIMIT $3`;

const endpointsSql = (table: string) => `
SELECT tenant, endpoint_id AS "endpointId"
  FROM (SELECT tenant, endpoint_id, failed, dead_letters FROM ${table}
         WHERE start_at >= $1 AND start_at <= $2
         ORDER BY start_at DESC, tenant DESC, endpoint_id DESC LIMIT ${maxRows}) AS newest
 WHERE endpoint_id <> ''
 GROUP BY tenant, endpoint_id HAVING sum(failed) > 0 OR sum(dead_letters) > 0
 ORDER BY sum(failed) DESC, sum(dead_letters) DESC, tenant, endpoint_id LIMIT ${maxRanked}`;

export async function rankTenants(
  sql: Sql,
  period: Period,
  atMost: number,
): Promise<readonly RankedTenant[]> {
  const { table, firstMs } = spanOf(period);
  const parameters = [new Date(firstMs), new Date(period.nowMs), atMost];
  return (await sql.query<RankedTenant>(tenantsSql(table.name), parameters)).rows;
}

export async function rankEndpoints(sql: Sql, period: Period): Promise<readonly EndpointOf[]> {
  const { table, firstMs } = spanOf(period);
  const parameters = [new Date(firstMs), new Date(period.nowMs)];
  return (await sql.query<EndpointOf>(endpointsSql(table.name), parameters)).rows;
}
