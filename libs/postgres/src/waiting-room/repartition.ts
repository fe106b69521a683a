import { partitionOf } from '@postel/contracts';
import type { Sql } from '../connection/transaction.js';
import { waitingEndpointsOf, waitingPartitions } from './waiting-endpoints.js';

const rowsAtOnce = 10_000;
const endpointsAtOnce = 50;

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
  let moved = 0;
  // in steps: no statement may take longer than the time that each has, nor pass over what was moved again and again
  for (let from = 0; from < wrong.length; from += endpointsAtOnce) {
    const some = wrong.slice(from, from + endpointsAtOnce);
    const parameters = [
      some.map(({ partition }) => partition),
      some.map(({ id }) => id),
      some.map(({ id }) => partitionOf(id, partitions)),
    ];
    for (let count = rowsAtOnce; count === rowsAtOnce; moved += count) {
      ({ count } = await sql.query(moveSql, parameters));
    }
  }
  return moved;
}
