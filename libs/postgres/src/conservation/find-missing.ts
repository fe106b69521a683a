import type { Sql, Transaction } from '../connection/transaction.js';
import type { SuspectDelivery, Suspects } from './conservation-rows.js';

/** Open deliveries that one look goes through: two look-ups by primary key each. */
const lookedAtOnce = 20_000;

/**
 * A delivery without an ended hop is published by the dispatcher, before it acknowledges the event. One that waits by the
 * log is in the waiting room, once that has applied its fact, or was published before it was removed. All of it in one
 * statement, and so as of one moment.
 */
const suspectsSql = `
WITH looked AS MATERIALIZED (
  SELECT delivery_id, tenant, event_seq, hop, log_seq, missing FROM conservation_deliveries
   WHERE ended_at_ms IS NULL AND delivery_id > $1 ORDER BY delivery_id LIMIT ${lookedAtOnce})
SELECT (SELECT count(*) FROM looked)::int AS looked, (SELECT max(delivery_id) FROM looked) AS last,
       (SELECT coalesce(json_agg(json_build_object('deliveryId', delivery_id, 'tenant', tenant, 'hop', hop)), '[]')
          FROM looked
         WHERE NOT missing
           AND CASE WHEN hop = 0 THEN event_seq <= $2
                    ELSE log_seq <= (SELECT seq FROM projection_positions WHERE name = 'waiting-room') END
           AND NOT EXISTS (SELECT FROM waiting WHERE waiting.delivery_id = looked.delivery_id)) AS suspects`;

export async function findSuspects(sql: Sql, after: string, dispatched: number): Promise<Suspects> {
  const { rows } = await sql.query<{
    looked: number;
    last: string | null;
    suspects: readonly SuspectDelivery[];
  }>(suspectsSql, [after, dispatched]);
  const [row] = rows;
  if (!row) throw new Error('A SELECT without FROM has a row');
  return { deliveries: row.suspects, next: row.looked < lookedAtOnce ? '' : (row.last ?? '') };
}

const markSql = `
UPDATE conservation_deliveries AS delivery SET missing = true
  FROM unnest($1::text[], $2::integer[]) AS suspect (delivery_id, hop)
 WHERE delivery.delivery_id = suspect.delivery_id AND delivery.hop = suspect.hop
   AND delivery.ended_at_ms IS NULL AND NOT delivery.missing
   AND NOT EXISTS (SELECT FROM waiting WHERE waiting.delivery_id = delivery.delivery_id)
RETURNING delivery.delivery_id AS id`;

export async function markMissing(
  tx: Transaction,
  suspects: readonly SuspectDelivery[],
): Promise<SuspectDelivery[]> {
  if (suspects.length === 0) return [];
  const { rows } = await tx.query<{ id: string }>(markSql, [
    suspects.map(({ deliveryId }) => deliveryId),
    suspects.map(({ hop }) => hop),
  ]);
  const marked = new Set(rows.map(({ id }) => id));
  return suspects.filter(({ deliveryId }) => marked.has(deliveryId));
}
