import { DeliveryFigures } from '@postel/domain';
import type { Sql } from '../connection/transaction.js';
import { spanOf, type StatsRequest } from '../stats/read-steps.js';
import { addRow, figuresColumns, type FiguresRow } from '../stats/stats-tables.js';
import type { EndpointFigures, EndpointOf } from './rank-figures.js';

/** Each row by its whole key. */
const figuresSql = (table: string) => `
SELECT ${figuresColumns}, ordinal::int
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS endpoint (tenant, endpoint_id, ordinal)
 CROSS JOIN unnest($3::timestamptz[]) AS step (start_at)
  JOIN ${table} USING (start_at, tenant, endpoint_id)`;

/** In the order in which they are given, over the whole period. */
export async function figuresOfEndpoints(
  sql: Sql,
  period: Pick<StatsRequest, 'periodSeconds' | 'nowMs'>,
  endpoints: readonly EndpointOf[],
): Promise<readonly EndpointFigures[]> {
  if (endpoints.length === 0) return [];
  const { table, firstMs } = spanOf(period);
  const starts: string[] = [];
  for (let startMs = firstMs; startMs <= period.nowMs; startMs += table.spanMs)
    starts.push(new Date(startMs).toISOString());
  const { rows } = await sql.query<FiguresRow & { readonly ordinal: number }>(figuresSql(table.name), [
    endpoints.map(({ tenant }) => tenant),
    endpoints.map(({ endpointId }) => endpointId),
    starts,
  ]);
  const sums = endpoints.map(() => new DeliveryFigures());
  for (const row of rows) addRow(sums[row.ordinal - 1] as DeliveryFigures, row);
  return endpoints.map(({ tenant, endpointId }, index) => {
    const { created, succeeded, failed, deadLetters, attempts, latencies } = sums[index] as DeliveryFigures;
    const p95ResponseTime = attempts === 0 ? null : latencies.percentile(0.95);
    return { tenant, endpointId, created, succeeded, failed, deadLetters, p95ResponseTime };
  });
}
