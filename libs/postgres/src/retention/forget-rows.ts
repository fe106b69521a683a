import type { Sql } from '../connection/transaction.js';

/** Small enough that nobody waits for a lock, and that a process that stops has little to finish. */
const rowsAtOnce = 2_000;

/** One tenant's rows of one UTC day of acceptance. */
export interface TenantDay {
  readonly tenant: string;
  readonly from: Date;
  readonly to: Date;
  /** A delivery that ended after this is kept as if it were still under way. */
  readonly endedAfter: Date;
}

export interface Pass {
  readonly changed: number;
  /** Nothing had to be left for the sake of a delivery under way, and it was not stopped. */
  readonly isComplete: boolean;
}

const isKept = (row: string) => `(${row}.status IN ('pending', 'retrying') OR ${row}.completed_at > $4)`;
const inDay = (row: string) => `${row}.accepted_at >= $2 AND ${row}.accepted_at < $3`;

/** In the order of an index, so that what is kept is passed once and not before each batch again. */
const deliveriesChunk = `
WITH chunk AS MATERIALIZED (
  SELECT d.id, d.accepted_at, d.created_seq, d.created_ordinal, ${isKept('d')} AS is_kept
    FROM deliveries AS d
   WHERE d.tenant = $1 AND ${inDay('d')} AND (d.created_seq, d.created_ordinal) > ($5, $6)
   ORDER BY d.created_seq, d.created_ordinal LIMIT ${rowsAtOnce}
), gone_attempts AS (
  DELETE FROM attempts AS a USING chunk
   WHERE a.delivery_id = chunk.id AND a.accepted_at = chunk.accepted_at AND ${inDay('a')} AND NOT chunk.is_kept
  RETURNING 1
)`;

const summary = (changed: string) => `
SELECT (SELECT count(*) FROM chunk)::int AS seen, (SELECT count(*) FROM chunk WHERE is_kept)::int AS kept,
       ${changed}::int AS changed`;

const lastDelivery = `(SELECT ARRAY[created_seq, created_ordinal] FROM chunk
                         ORDER BY created_seq DESC, created_ordinal DESC LIMIT 1) AS last`;
const lastEvent = '(SELECT ARRAY[max(seq)] FROM chunk) AS last';

const attemptsSql = `${deliveriesChunk}
${summary('(SELECT count(*) FROM gone_attempts)')}, ${lastDelivery}`;

/** One that was reopened at this moment is looked at again by the DELETE, and stays. */
const deliveriesSql = `${deliveriesChunk}, gone AS (
  DELETE FROM deliveries AS d USING chunk
   WHERE d.id = chunk.id AND d.accepted_at = chunk.accepted_at AND ${inDay('d')}
     AND NOT chunk.is_kept AND NOT ${isKept('d')}
  RETURNING 1
)
${summary('(SELECT count(*) FROM gone) + (SELECT count(*) FROM gone_attempts)')}, ${lastDelivery}`;

const eventsChunk = (isNeeded: string) => `
WITH chunk AS MATERIALIZED (
  SELECT e.accepted_at, e.seq, EXISTS (
           SELECT FROM deliveries AS d
            WHERE d.tenant = $1 AND d.event_id = e.id AND d.event_seq = e.seq AND ${inDay('d')} AND ${isNeeded}
         ) AS is_kept
    FROM events AS e
   WHERE e.tenant = $1 AND ${inDay('e')} AND e.seq > $5
   ORDER BY e.seq LIMIT ${rowsAtOnce}
)`;

/** After the deliveries: those that are left still need theirs. */
const eventsSql = `${eventsChunk('($4::timestamptz IS NOT NULL)')}, gone AS (
  DELETE FROM events AS e USING chunk
   WHERE e.accepted_at = chunk.accepted_at AND e.seq = chunk.seq AND ${inDay('e')} AND NOT chunk.is_kept
  RETURNING 1
)
${summary('(SELECT count(*) FROM gone)')}, ${lastEvent}`;

const payloadsSql = `${eventsChunk(isKept('d'))}, gone AS (
  UPDATE events AS e SET payload = NULL, headers = '{}' FROM chunk
   WHERE e.accepted_at = chunk.accepted_at AND e.seq = chunk.seq AND ${inDay('e')} AND NOT chunk.is_kept
     AND e.payload IS NOT NULL
  RETURNING 1
)
${summary('(SELECT count(*) FROM gone)')}, ${lastEvent}`;

/** Deliveries that are over, with their attempts, and events of which no delivery is left. */
export async function forgetRows(sql: Sql, day: TenantDay, stopped?: AbortSignal): Promise<Pass> {
  const deliveries = await inChunks(sql, deliveriesSql, day, [-1, -1], stopped);
  const events = await inChunks(sql, eventsSql, day, [-1], stopped);
  return {
    changed: deliveries.changed + events.changed,
    isComplete: deliveries.isComplete && events.isComplete,
  };
}

export function forgetAttempts(sql: Sql, day: TenantDay, stopped?: AbortSignal): Promise<Pass> {
  return inChunks(sql, attemptsSql, day, [-1, -1], stopped);
}

export function forgetPayloads(sql: Sql, day: TenantDay, stopped?: AbortSignal): Promise<Pass> {
  return inChunks(sql, payloadsSql, day, [-1], stopped);
}

interface Chunk {
  readonly seen: number;
  readonly kept: number;
  readonly changed: number;
  readonly last: readonly number[] | null;
}

async function inChunks(
  sql: Sql,
  statement: string,
  { tenant, from, to, endedAfter }: TenantDay,
  start: readonly number[],
  stopped?: AbortSignal,
): Promise<Pass> {
  let after = start;
  let changed = 0;
  let kept = 0;
  while (!stopped?.aborted) {
    const { rows } = await sql.query<Chunk>(statement, [tenant, from, to, endedAfter, ...after]);
    const [chunk] = rows;
    changed += chunk?.changed ?? 0;
    kept += chunk?.kept ?? 0;
    if (!chunk?.last || chunk.seen < rowsAtOnce) return { changed, isComplete: kept === 0 };
    after = chunk.last.map(Number);
  }
  return { changed, isComplete: false };
}
