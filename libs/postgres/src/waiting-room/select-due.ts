import type { Transaction } from '../connection/transaction.js';
import { waitingColumns, waitingRowOf, type SelectedRow } from './read-waiting.js';
import { waitingEndpoints } from './waiting-endpoints.js';
import type { WaitingRow } from './waiting-row.js';

export interface DueSelection {
  readonly nowMs: number;
  readonly limit: number;
  /** Those that the caller owns. */
  readonly partitions: readonly number[];
  /** Rows that an endpoint can take. */
  readonly defaultRoom: number;
  /**
   * The room of endpoints that can take another number; with 0 (paused, an open circuit, at its share) their rows stay,
   * however long they are due.
   */
  readonly rooms: ReadonlyMap<string, number>;
}

/** Locks and returns what is due, longest due first, of no endpoint more than it has room for. */
export async function selectDue(tx: Transaction, selection: DueSelection): Promise<readonly WaitingRow[]> {
  if (selection.partitions.length === 0) return [];
  const deliveryIds = (await amongFirst(tx, selection)) ?? (await ofEveryEndpoint(tx, selection));
  if (deliveryIds.length === 0) return [];
  const { rows } = await tx.query<SelectedRow>(lockSql, [selection.nowMs, deliveryIds]);
  return rows.map(waitingRowOf);
}

/** Its due time is looked at again: another owner may have put it back and seen it wait anew since. */
const lockSql = `
SELECT ${waitingColumns}
  FROM waiting AS w
 WHERE w.delivery_id = ANY ($2) AND w.due_at_ms <= $1
 ORDER BY w.due_at_ms
   FOR UPDATE SKIP LOCKED`;

/** One ordered scan a partition, which PostgreSQL merges: it reads no more rows than the limit, and sorts none. */
function amongFirstSql(partitions: number): string {
  const scans = Array.from(
    { length: partitions },
    (_, index) =>
      `SELECT delivery_id, endpoint_id, due_at_ms FROM waiting WHERE partition = $${index + 7} AND due_at_ms <= $1`,
  );
  return `
WITH head AS MATERIALIZED (
  ${scans.join('\n  UNION ALL ')}
   ORDER BY due_at_ms LIMIT $6
), room (endpoint_id, rows) AS (
  SELECT * FROM unnest($4::text[], $5::integer[])
), ranked AS (
  SELECT head.*, coalesce(room.rows, $3::integer) AS room,
         row_number() OVER (PARTITION BY endpoint_id ORDER BY due_at_ms) AS rank
    FROM head LEFT JOIN room USING (endpoint_id)
)
SELECT (SELECT count(*) FROM head) AS seen,
       ARRAY (SELECT delivery_id FROM ranked WHERE rank <= room ORDER BY due_at_ms LIMIT $2) AS ids`;
}

const headSize = 4;

/**
 * The cheap way, and mostly enough: looks only at what is due longest.
 * @returns null when that is too much of few endpoints to say
 */
async function amongFirst(tx: Transaction, selection: DueSelection): Promise<readonly string[] | null> {
  const { nowMs, limit, partitions, defaultRoom, rooms } = selection;
  const { rows } = await tx.query<{ seen: number; ids: string[] }>(amongFirstSql(partitions.length), [
    nowMs,
    limit,
    defaultRoom,
    [...rooms.keys()],
    [...rooms.values()],
    headSize * limit,
    ...partitions,
  ]);
  const { seen, ids } = rows[0] ?? { seen: 0, ids: [] };
  return ids.length === limit || seen < headSize * limit ? ids : null;
}

const ofEveryEndpointSql = `
WITH RECURSIVE ${waitingEndpoints}, room (endpoint_id, rows) AS (
  SELECT * FROM unnest($5::text[], $6::integer[])
), takes AS (
  SELECT endpoint.partition, endpoint.id, least(coalesce(room.rows, $4::integer), $3) AS rows
    FROM endpoint LEFT JOIN room ON room.endpoint_id = endpoint.id
   WHERE endpoint.due_at_ms <= $2 AND coalesce(room.rows, $4::integer) > 0
)
SELECT due.delivery_id
  FROM takes, LATERAL (
         SELECT delivery_id, due_at_ms FROM waiting
          WHERE partition = takes.partition AND endpoint_id = takes.id AND due_at_ms <= $2
          ORDER BY due_at_ms
          LIMIT takes.rows
       ) AS due
 ORDER BY due.due_at_ms
 LIMIT $3`;

/** A million due rows of one skipped or throttled endpoint must not be walked to find those of another. */
async function ofEveryEndpoint(tx: Transaction, selection: DueSelection): Promise<readonly string[]> {
  const { nowMs, limit, partitions, defaultRoom, rooms } = selection;
  const parameters = [partitions, nowMs, limit, defaultRoom, [...rooms.keys()], [...rooms.values()]];
  const { rows } = await tx.query<{ delivery_id: string }>(ofEveryEndpointSql, parameters);
  return rows.map(({ delivery_id }) => delivery_id);
}
