import type { Transaction } from '../connection/transaction.js';
import type { WaitingRow } from './waiting-row.js';

export interface DueSelection {
  readonly nowMs: number;
  readonly limit: number;
  /** Paused endpoints and those with an open circuit: their rows stay, however long they are due. */
  readonly skipEndpointIds: readonly string[];
  /** Take no more of one endpoint than this; of each, what is due longest. */
  readonly maxPerEndpoint?: number | undefined;
}

const columns = `
  w.delivery_id AS "deliveryId", w.hop, w.due_at_ms AS "dueAtMs", w.endpoint_id AS "endpointId", w.tenant, w.lane,
  w.reason, w.event_seq AS "eventSeq", w.event_id AS "eventId", w.type, w.accepted_at_ms AS "acceptedAtMs",
  w.attempts_made AS "attemptsMade", w.attempts_before_reopen AS "attemptsBeforeReopen",
  w.api_version AS "apiVersion"`;

const anyEndpointSql = `
SELECT ${columns}
  FROM waiting AS w
 WHERE w.due_at_ms <= $1
 ORDER BY w.due_at_ms
 LIMIT $2
   FOR UPDATE SKIP LOCKED`;

const lockSql = `
SELECT ${columns}
  FROM waiting AS w
 WHERE w.delivery_id = ANY ($2) AND w.due_at_ms <= $1
 ORDER BY w.due_at_ms
   FOR UPDATE SKIP LOCKED`;

/** Locks and returns what is due, longest due first. */
export async function selectDue(tx: Transaction, selection: DueSelection): Promise<readonly WaitingRow[]> {
  const { nowMs, limit, skipEndpointIds, maxPerEndpoint } = selection;
  if (skipEndpointIds.length === 0 && maxPerEndpoint === undefined) {
    return (await tx.query<WaitingRow>(anyEndpointSql, [nowMs, limit])).rows;
  }
  const each = Math.min(limit, maxPerEndpoint ?? limit);
  const deliveryIds = (await amongFirst(tx, selection, each)) ?? (await ofEveryEndpoint(tx, selection, each));
  return (await tx.query<WaitingRow>(lockSql, [nowMs, deliveryIds])).rows;
}

const amongFirstSql = `
WITH head AS MATERIALIZED (
  SELECT delivery_id, endpoint_id, due_at_ms FROM waiting WHERE due_at_ms <= $1 ORDER BY due_at_ms LIMIT $5
), ranked AS (
  SELECT delivery_id, due_at_ms, row_number() OVER (PARTITION BY endpoint_id ORDER BY due_at_ms) AS rank
    FROM head WHERE endpoint_id <> ALL ($3::text[])
)
SELECT (SELECT count(*) FROM head) AS seen,
       ARRAY (SELECT delivery_id FROM ranked WHERE rank <= $4 ORDER BY due_at_ms LIMIT $2) AS ids`;

const headSize = 4;

/**
 * The cheap way, and mostly enough: looks only at what is due longest.
 * @returns null when that is too much of few endpoints to say
 */
async function amongFirst(tx: Transaction, selection: DueSelection, each: number): Promise<string[] | null> {
  const { nowMs, limit, skipEndpointIds } = selection;
  const { rows } = await tx.query<{ seen: number; ids: string[] }>(amongFirstSql, [
    nowMs,
    limit,
    skipEndpointIds,
    each,
    headSize * limit,
  ]);
  const { seen, ids } = rows[0] ?? { seen: 0, ids: [] };
  return ids.length === limit || seen < headSize * limit ? ids : null;
}

/**
 * CTE `endpoint (id)`: every endpoint for which something waits, by jumping along the index: one probe each, however
 * many rows it has. (PostgreSQL wiki: Loose indexscan)
 */
export const waitingEndpoints = `
endpoint (id) AS (
  (SELECT endpoint_id FROM waiting ORDER BY endpoint_id LIMIT 1)
  UNION ALL
  SELECT (SELECT endpoint_id FROM waiting WHERE endpoint_id > endpoint.id ORDER BY endpoint_id LIMIT 1)
    FROM endpoint WHERE endpoint.id IS NOT NULL
)`;

const ofEveryEndpointSql = `
WITH RECURSIVE ${waitingEndpoints}
SELECT due.delivery_id
  FROM endpoint, LATERAL (
         SELECT delivery_id, due_at_ms FROM waiting
          WHERE endpoint_id = endpoint.id AND due_at_ms <= $1
          ORDER BY due_at_ms
          LIMIT $4
       ) AS due
 WHERE endpoint.id <> ALL ($3::text[])
 ORDER BY due.due_at_ms
 LIMIT $2`;

/** A million due rows of one skipped or throttled endpoint must not be walked to find those of another. */
async function ofEveryEndpoint(tx: Transaction, selection: DueSelection, each: number): Promise<string[]> {
  const { nowMs, limit, skipEndpointIds } = selection;
  const parameters = [nowMs, limit, skipEndpointIds, each];
  const { rows } = await tx.query<{ delivery_id: string }>(ofEveryEndpointSql, parameters);
  return rows.map(({ delivery_id }) => delivery_id);
}
