import type { Sql } from '../connection/transaction.js';
import { waitingEndpoints, waitingPartitions } from './waiting-endpoints.js';
import { heldDueAtMs } from './waiting-row.js';

/**
 * The earliest due time among the endpoints for which something waits, one probe each; null when nothing but held rows
 * waits for them.
 * @param without endpoints for which things wait as they should
 */
export async function firstDueAtMs(sql: Sql, without: readonly string[]): Promise<number | null> {
  const { rows } = await sql.query<{ value: number | null }>(
    `WITH RECURSIVE ${waitingEndpoints('$1')}
     SELECT min(endpoint.due_at_ms) AS value
       FROM endpoint LEFT JOIN unnest($2::text[]) AS passed (id) USING (id)
      WHERE passed.id IS NULL AND endpoint.due_at_ms < ${heldDueAtMs}`,
    [await waitingPartitions(sql), without],
  );
  return rows[0]?.value ?? null;
}

/** When that which waits longest was accepted, or last reopened. */
export async function oldestSinceMs(sql: Sql): Promise<number | null> {
  const { rows } = await sql.query<{ value: number | null }>(
    'SELECT min(coalesce(reopened_at_ms, accepted_at_ms)) AS value FROM waiting',
  );
  return rows[0]?.value ?? null;
}
