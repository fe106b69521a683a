import type { Transaction } from '../connection/transaction.js';
import { releaseNext } from './ordering-book.js';
import { heldDueAtMs } from './waiting-row.js';

/** Rows that another ends at this moment are waited for: a number that nobody has would be a gap. */
const numberSql = `
WITH fresh AS MATERIALIZED (
  SELECT delivery_id, endpoint_id, ordering_key, event_seq,
         row_number() OVER (PARTITION BY endpoint_id, ordering_key ORDER BY event_seq) AS place
    FROM (SELECT delivery_id, endpoint_id, ordering_key, event_seq FROM waiting
           WHERE due_at_ms = ${heldDueAtMs} AND ordering_sequence IS NULL AND event_seq <= $1
             FOR UPDATE) AS unnumbered
), counted AS (
  INSERT INTO ordering_keys AS k
         (endpoint_id, ordering_key, last_sequence, last_event_seq, released, released_hop)
  SELECT endpoint_id, ordering_key, count(*), max(event_seq), NULL, 0 FROM fresh GROUP BY endpoint_id, ordering_key
      ON CONFLICT (endpoint_id, ordering_key) DO UPDATE
     SET last_sequence = k.last_sequence + excluded.last_sequence,
         last_event_seq = greatest(k.last_event_seq, excluded.last_event_seq)
  RETURNING endpoint_id, ordering_key, last_sequence, released
), numbered AS (
  UPDATE waiting AS w
     SET ordering_sequence = counted.last_sequence - fresh.places + fresh.place
    FROM (SELECT *, count(*) OVER (PARTITION BY endpoint_id, ordering_key) AS places FROM fresh) AS fresh
    JOIN counted USING (endpoint_id, ordering_key)
   WHERE w.delivery_id = fresh.delivery_id
  RETURNING 1
)
SELECT (SELECT count(*) FROM numbered) AS count,
       ARRAY (SELECT endpoint_id FROM counted WHERE released IS NULL
               ORDER BY endpoint_id, ordering_key) AS "endpointIds",
       ARRAY (SELECT ordering_key FROM counted WHERE released IS NULL
               ORDER BY endpoint_id, ordering_key) AS "orderingKeys"`;

interface Numbered {
  readonly count: number;
  /** Side by side: the keys of which nothing is released. */
  readonly endpointIds: readonly string[];
  readonly orderingKeys: readonly string[];
}

/** Gives numbers to what is held, and releases the first of each key of which nothing is released. */
export async function numberHeld(tx: Transaction, ackFloor: number): Promise<number> {
  const { rows } = await tx.query<Numbered>(numberSql, [ackFloor]);
  const { count, endpointIds, orderingKeys } = rows[0] ?? { count: 0, endpointIds: [], orderingKeys: [] };
  await releaseNext(
    tx,
    endpointIds,
    orderingKeys,
    endpointIds.map(() => 0),
  );
  return count;
}
