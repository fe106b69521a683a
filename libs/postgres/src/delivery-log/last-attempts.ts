import { batchOf } from '../connection/batch.js';
import { storableTime } from '../connection/storable.js';
import type { Sql } from '../connection/transaction.js';

export interface AttemptedDelivery {
  readonly deliveryId: string;
  readonly acceptedAtMs: number;
}

const wanted = batchOf<AttemptedDelivery>({
  delivery_id: { type: 'text', value: ({ deliveryId }) => deliveryId },
  accepted_at: { type: 'time', value: ({ acceptedAtMs }) => storableTime(acceptedAtMs) },
});

/** One probe of the primary key for each, in the one partition. */
const sql = `
SELECT batch.delivery_id AS id, last.traceparent
  FROM ${wanted.rows}, LATERAL (
         SELECT request_headers ->> 'traceparent' AS traceparent FROM attempts
          WHERE delivery_id = batch.delivery_id AND accepted_at = batch.accepted_at
          ORDER BY number DESC LIMIT 1
       ) AS last
 WHERE last.traceparent IS NOT NULL`;

/** The `traceparent` that the last attempt of each sent. @returns by delivery; those without one are left out */
export async function lastTraceparents(
  connection: Sql,
  deliveries: readonly AttemptedDelivery[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const parameters of wanted.chunks(deliveries)) {
    const { rows } = await connection.query<{ id: string; traceparent: string }>(sql, parameters);
    for (const { id, traceparent } of rows) found.set(id, traceparent);
  }
  return found;
}
