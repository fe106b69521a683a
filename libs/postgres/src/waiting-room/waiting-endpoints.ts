import type { Sql } from '../connection/transaction.js';

/**
 * CTE `endpoint (partition, id, due_at_ms)`: every endpoint of the partitions (a parameter) for which something waits, with the
 * time at which its first row is due, by jumping along the index: one probe each, however many rows it has.
 * (PostgreSQL wiki: Loose indexscan)
 */
export const waitingEndpoints = (partitions: string): string => `
endpoint (partition, id, due_at_ms) AS (
  SELECT part.id, head.*
    FROM unnest(${partitions}::smallint[]) AS part (id), LATERAL (
           SELECT endpoint_id, due_at_ms FROM waiting
            WHERE partition = part.id
            ORDER BY endpoint_id, due_at_ms LIMIT 1
         ) AS head
  UNION ALL
  SELECT before.partition, head.*
    FROM endpoint AS before, LATERAL (
           SELECT endpoint_id, due_at_ms FROM waiting
            WHERE partition = before.partition AND endpoint_id > before.id
            ORDER BY endpoint_id, due_at_ms LIMIT 1
         ) AS head
)`;

export async function waitingEndpointsOf(
  sql: Sql,
  partitions: readonly number[],
): Promise<readonly { readonly partition: number; readonly id: string }[]> {
  const { rows } = await sql.query<{ partition: number; id: string }>(
    `WITH RECURSIVE ${waitingEndpoints('$1')} SELECT partition, id FROM endpoint`,
    [partitions],
  );
  return rows;
}

/** Those for which something waits, whether or not they are partitions of today. */
export async function waitingPartitions(sql: Sql): Promise<readonly number[]> {
  const { rows } = await sql.query<{ id: number }>(
    `WITH RECURSIVE part (id) AS (
       (SELECT partition FROM waiting ORDER BY partition LIMIT 1)
       UNION ALL
       SELECT (SELECT partition FROM waiting WHERE partition > part.id ORDER BY partition LIMIT 1)
         FROM part WHERE part.id IS NOT NULL
     )
     SELECT id FROM part WHERE id IS NOT NULL`,
  );
  return rows.map(({ id }) => id);
}
