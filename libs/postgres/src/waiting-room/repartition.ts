import { partitionOf } from '@postel/contracts';
import type { Sql } from '../connection/transaction.js';
import { waitingEndpointsOf, waitingPartitions } from './waiting-endpoints.js';

const rowsAtOnce = 10_000;

/** What another writer moves or removes meanwhile is left to it. */
const moveSql = `
WITH wrong AS (
  SELECT w.delivery_id, endpoint.right_partition
    FROM unnest($1::smallint[], $2::text[], $3::smallint[]) AS endpoint (partition, id, right_partition)
    JOIN waiting AS w ON w.partition = endpoint.partition AND w.endpoint_id = endpoint.id
   LIMIT ${rowsAtOnce}
)
UPDATE waiting AS w SET partition = wrong.right_partition
  FROM wrong
 WHERE w.delivery_id = wrong.delivery_id AND w.partition <> wrong.right_partition`;

/**
 * Moves rows to the partition that their endpoint has with this number of them: after the number was changed, and of
 * rows from before there were any. One probe an endpoint when all is right.
 * @returns how many rows it moved
 */
export async function repartition(sql: Sql, partitions: number): Promise<number> {
  const endpoints = await waitingEndpointsOf(sql, await waitingPartitions(sql));
  const wrong = endpoints.filter(({ partition, id }) => partition !== partitionOf(id, partitions));
  if (wrong.length === 0) return 0;
  const parameters = [
    wrong.map(({ partition }) => partition),
    wrong.map(({ id }) => id),
    wrong.map(({ id }) => partitionOf(id, partitions)),
  ];
  let moved = 0;
  for (;;) {
    // in steps: no statement may take longer than the time that each has
    const { count } = await sql.query(moveSql, parameters);
    moved += count;
    if (count === 0) return moved;
  }
}
