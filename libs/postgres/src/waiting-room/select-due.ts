import type pg from 'pg';
import type { Transaction } from '../connection/transaction.js';
import { LookPace } from './look-pace.js';
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
export async function selectDue(
  tx: Transaction,
  selection: DueSelection,
  paces: LookPaces,
): Promise<readonly WaitingRow[]> {
  if (selection.partitions.length === 0) return [];
  const deliveryIds = await findDue(tx, selection, paces);
  if (deliveryIds.length === 0) return [];
  const { rows } = await tx.query<SelectedRow>(lockSql, [selection.nowMs, deliveryIds]);
  return rows.map(waitingRowOf);
}

/**
 * Whether anything is due at all, room or not: for one that asks all the time, and mostly for nothing.
 * @param settings `SET LOCAL` statements
 */
export async function isAnyDue(
  pool: pg.Pool,
  { nowMs, partitions }: DueSelection,
  settings: string,
): Promise<boolean> {
  if (partitions.length === 0) return false;
  // several statements in one go cannot have parameters; these are whole numbers, whoever calls
  const [ids, atMs] = [partitions.map(wholeNumber).join(), wholeNumber(nowMs)];
  const answers: unknown = await pool.query(`${settings};
    SELECT FROM unnest('{${ids}}'::smallint[]) AS part (id), LATERAL (
             SELECT FROM waiting WHERE partition = part.id AND due_at_ms <= ${atMs} ORDER BY due_at_ms LIMIT 1
           ) AS head
     LIMIT 1`);
  return (answers as readonly pg.QueryResult[]).some(({ rowCount }) => rowCount === 1);
}

const wholeNumber = (value: number) => Math.floor(value);

/** Its due time is looked at again: another owner may have put it back and seen it wait anew since. */
const lockSql = `
SELECT ${waitingColumns}
  FROM waiting AS w
 WHERE w.delivery_id = ANY ($2) AND w.due_at_ms <= $1
 ORDER BY w.due_at_ms
   FOR UPDATE SKIP LOCKED`;

/** Of the looks of one owner. */
export class LookPaces {
  readonly head: LookPace;
  readonly all: LookPace;

  constructor(clockMs?: () => number) {
    this.head = new LookPace(1 / 50, 500, clockMs);
    this.all = new LookPace(1 / 10, Infinity, clockMs);
  }
}

/**
 * A million due rows of one skipped or throttled endpoint must not be walked to find those of another. So, in turn:
 * the rows that are due longest, which mostly tell all; when those are too much of few endpoints to say, or all of
 * endpoints without room, which they mostly are the next time too, every endpoint for which something waits, one probe
 * each; and between two such looks the endpoints of what has become due lately.
 */
async function findDue(
  tx: Transaction,
  selection: DueSelection,
  paces: LookPaces,
): Promise<readonly string[]> {
  const head = () => ofHead(tx, selection);
  const ofFirst = await paces.head.look(selection, head, (found) => found !== null && found.length > 0);
  if (ofFirst) return ofFirst;
  const all = () => ofEveryEndpoint(tx, selection);
  const lookedAtAll = await paces.all.look(selection, all, ({ length }) => length >= selection.limit);
  return lookedAtAll ?? (await ofLatestEndpoints(tx, selection));
}

/** Rows of the head and of the tail that are looked at, for each that may be taken: of the head few, and then more. */
const headSizes = [1, 4];
const tailSize = 2;

/**
 * A scan in order for each of the partitions `$7`, `$8`, …, merged: together they read `$6` rows, and sort none. (Without
 * an ORDER BY and LIMIT of their own PostgreSQL sorts all that is due: below a UNION it does not see that one
 * partition's part of the index is in order.)
 */
function dueScans({ partitions }: DueSelection, direction: 'ASC' | 'DESC'): string {
  const order = `ORDER BY due_at_ms ${direction} LIMIT $6`;
  const scans = partitions.map(
    (_, index) => `(
    SELECT partition, delivery_id, endpoint_id, due_at_ms FROM waiting
     WHERE partition = $${index + 7} AND due_at_ms <= $1 ${order})`,
  );
  return `SELECT * FROM (${scans.join(' UNION ALL ')}) AS part ${order}`;
}

const roomTable = `
room (endpoint_id, rows) AS (
  SELECT * FROM unnest($4::text[], $5::integer[])
)`;

function parametersOf({ nowMs, limit, defaultRoom, rooms }: DueSelection): unknown[] {
  return [nowMs, limit, defaultRoom, [...rooms.keys()], [...rooms.values()]];
}

/** @returns null when what is due longest is too much of few endpoints to say */
async function ofHead(tx: Transaction, selection: DueSelection): Promise<readonly string[] | null> {
  for (const size of headSizes) {
    const found = await amongFirst(tx, selection, size);
    if (found) return found;
  }
  return null;
}

/** @returns null when what is due longest is too much of few endpoints to say */
async function amongFirst(
  tx: Transaction,
  selection: DueSelection,
  headSize: number,
): Promise<readonly string[] | null> {
  const { rows } = await tx.query<{ seen: number; ids: string[] }>(
    `WITH head AS MATERIALIZED (
       ${dueScans(selection, 'ASC')}
     ), ${roomTable}, ranked AS (
       SELECT head.*, coalesce(room.rows, $3::integer) AS room,
              row_number() OVER (PARTITION BY endpoint_id ORDER BY due_at_ms) AS rank
         FROM head LEFT JOIN room USING (endpoint_id)
        WHERE coalesce(room.rows, $3::integer) > 0
     )
     SELECT (SELECT count(*) FROM head) AS seen,
            ARRAY (SELECT delivery_id FROM ranked WHERE rank <= room ORDER BY due_at_ms LIMIT $2) AS ids`,
    [...parametersOf(selection), headSize * selection.limit, ...selection.partitions],
  );
  const { seen, ids } = rows[0] ?? { seen: 0, ids: [] };
  return ids.length === selection.limit || seen < headSize * selection.limit ? ids : null;
}

/** Of each `endpoint (partition, id)` that has room, what is due longest. */
const takeOfEach = `
${roomTable}, takes AS (
  SELECT endpoint.partition, endpoint.id, least(coalesce(room.rows, $3::integer), $2) AS rows
    FROM endpoint LEFT JOIN room ON room.endpoint_id = endpoint.id
   WHERE endpoint.due_at_ms <= $1 AND coalesce(room.rows, $3::integer) > 0
)
SELECT due.delivery_id
  FROM takes, LATERAL (
         SELECT delivery_id, due_at_ms FROM waiting
          WHERE partition = takes.partition AND endpoint_id = takes.id AND due_at_ms <= $1
          ORDER BY due_at_ms
          LIMIT takes.rows
       ) AS due
 ORDER BY due.due_at_ms
 LIMIT $2`;

async function ofEveryEndpoint(tx: Transaction, selection: DueSelection): Promise<readonly string[]> {
  return idsOf(tx, `WITH RECURSIVE ${waitingEndpoints('$6')}, ${takeOfEach}`, [
    ...parametersOf(selection),
    selection.partitions,
  ]);
}

async function ofLatestEndpoints(tx: Transaction, selection: DueSelection): Promise<readonly string[]> {
  const sql = `
WITH tail AS MATERIALIZED (
  ${dueScans(selection, 'DESC')}
), endpoint (partition, id, due_at_ms) AS (
  SELECT partition, endpoint_id, min(due_at_ms) FROM tail GROUP BY partition, endpoint_id
), ${takeOfEach}`;
  return idsOf(tx, sql, [...parametersOf(selection), tailSize * selection.limit, ...selection.partitions]);
}

async function idsOf(tx: Transaction, sql: string, parameters: unknown[]): Promise<readonly string[]> {
  const { rows } = await tx.query<{ delivery_id: string }>(sql, parameters);
  return rows.map(({ delivery_id }) => delivery_id);
}
