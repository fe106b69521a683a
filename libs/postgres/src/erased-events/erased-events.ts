import type { EventErased } from '@postel/contracts';
import { storableTime } from '../connection/storable.js';
import type { Sql, Transaction } from '../connection/transaction.js';
import type { EventArchive } from '../event-archive/event-archive.js';
import { erasedSince } from './erased-among.js';

/** An erasure of which something is still to be done. */
export interface OpenErasure {
  readonly eventSeq: number;
  readonly tenant: string;
  readonly eventId: string;
  /** Position in DELIVERIES at or below which messages with its payload may lie; null: it is not known yet. */
  readonly deliveriesUpTo: number | null;
}

export type ErasureState = 'erasing' | 'erased';

/** Rows of one statement, so that none takes long. */
const rowsAtOnce = 1_000;

const recordSql = `
INSERT INTO erased_events (event_seq, tenant, event_id, accepted_at, erased_at)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`;

/** Whoever writes one of these moves its position first, in the same transaction. */
const writersOfPayloads = ['dead-letters', 'delivery-log'];

const bareDeadLettersSql = `
UPDATE dead_letters SET payload = NULL, headers = NULL,
       last_error_message = CASE WHEN reason IN ('poison', 'invalid_event') THEN '' ELSE last_error_message END
 WHERE tenant = $1 AND event_id = $2 AND event_seq = $3`;

const bareDeliveriesSql = `
UPDATE deliveries SET last_error_message = ''
 WHERE tenant = $1 AND event_id = $2 AND event_seq = $3
   AND last_error_code LIKE 'transform%' AND last_error_message <> ''`;

const bareAttemptsSql = `
WITH chunk AS (
  SELECT a.delivery_id, a.number, a.accepted_at
    FROM deliveries AS d JOIN attempts AS a ON a.delivery_id = d.id AND a.accepted_at = d.accepted_at
   WHERE d.tenant = $1 AND d.event_id = $2 AND d.event_seq = $3
     AND (a.response_body <> '' OR a.response_headers::text <> '{}')
   LIMIT ${rowsAtOnce})
UPDATE attempts AS a
   SET response_body = '', response_headers = '{}'
  FROM chunk
 WHERE a.delivery_id = chunk.delivery_id AND a.number = chunk.number AND a.accepted_at = chunk.accepted_at`;

/** A row that someone has in hand is about to go, or comes back with the next outcome. */
const dueNowSql = `
UPDATE waiting SET due_at_ms = $4
 WHERE delivery_id IN (
   SELECT w.delivery_id FROM deliveries AS d JOIN waiting AS w ON w.delivery_id = d.id
    WHERE d.tenant = $1 AND d.event_id = $2 AND d.event_seq = $3 AND w.due_at_ms > $4 AND w.reason = 'retry'
    LIMIT ${rowsAtOnce} FOR UPDATE OF w SKIP LOCKED)`;

/**
 * Events whose payload was erased on request, for as long as the archive has a row of them: whatever writes tables asks
 * here what it must leave out.
 *
 *   recorded (no table takes its payload any more) ──▶ bared everywhere ──▶ gone from the streams too ──▶ finished
 */
export class ErasedEvents {
  constructor(
    private readonly sql: Sql,
    private readonly archive: Pick<EventArchive, 'erase'>,
  ) {}

  /**
   * From the commit of this on no table takes the payload: who is writing it is waited for, and who writes it later sees
   * this. (The archive needs no look: it keeps the row that is there.)
   */
  async record(tx: Transaction, facts: readonly EventErased[]): Promise<void> {
    if (facts.length === 0) return;
    await tx.query('SELECT 1 FROM projection_positions WHERE name = ANY ($1) ORDER BY name FOR UPDATE', [
      writersOfPayloads,
    ]);
    for (const fact of facts) {
      const { tenant, eventId, eventSeq } = fact;
      await tx.query(recordSql, [
        eventSeq,
        tenant,
        eventId,
        new Date(storableTime(fact.acceptedAtMs)),
        new Date(storableTime(fact.atMs)),
      ]);
      await this.archive.erase(tx, {
        acceptedAtMs: fact.acceptedAtMs,
        seq: eventSeq,
        tenant,
        id: eventId,
        type: fact.type,
        createdAtMs: fact.createdAtMs,
        door: fact.door,
        valid: fact.valid,
        erasedAtMs: fact.atMs,
      });
      await tx.query(bareDeadLettersSql, [tenant, eventId, eventSeq]);
    }
  }

  /** What is known of these events, by position in EVENTS. */
  async among(eventSeqs: readonly number[]): Promise<ReadonlySet<number>> {
    return new Set((await erasedSince(this.sql, eventSeqs)).keys());
  }

  /** Of all events with this id; null: there is no erasure. */
  async stateOf(tenant: string, eventId: string): Promise<ErasureState | null> {
    const { rows } = await this.sql.query<{ open: boolean }>(
      'SELECT bool_or(finished_at IS NULL) AS open FROM erased_events WHERE tenant = $1 AND event_id = $2 HAVING count(*) > 0',
      [tenant, eventId],
    );
    const [row] = rows;
    if (!row) return null;
    return row.open ? 'erasing' : 'erased';
  }

  /** Oldest first. @param afterSeq of the round before, 0 for the first */
  async open(afterSeq: number, limit: number): Promise<readonly OpenErasure[]> {
    const { rows } = await this.sql.query<OpenErasure>(
      `SELECT event_seq AS "eventSeq", tenant, event_id AS "eventId", deliveries_up_to AS "deliveriesUpTo"
         FROM erased_events WHERE finished_at IS NULL AND event_seq > $1 ORDER BY event_seq LIMIT $2`,
      [afterSeq, limit],
    );
    return rows;
  }

  /** Takes out of the delivery log what receivers answered, and lets what waits for a retry end at once. */
  async bareDeliveries({ tenant, eventId, eventSeq }: OpenErasure, nowMs: number): Promise<void> {
    const event = [tenant, eventId, eventSeq];
    await this.sql.query(bareDeliveriesSql, event);
    for (let count = rowsAtOnce; count === rowsAtOnce;)
      count = (await this.sql.query(bareAttemptsSql, event)).count;
    for (let count = rowsAtOnce; count === rowsAtOnce;)
      count = (await this.sql.query(dueNowSql, [...event, nowMs])).count;
  }

  async noteDeliveries(eventSeq: number, upTo: number): Promise<void> {
    await this.sql.query(
      'UPDATE erased_events SET deliveries_up_to = $2 WHERE event_seq = $1 AND deliveries_up_to IS NULL',
      [eventSeq, upTo],
    );
  }

  async finish(eventSeq: number): Promise<void> {
    await this.sql.query(
      'UPDATE erased_events SET finished_at = now() WHERE event_seq = $1 AND finished_at IS NULL',
      [eventSeq],
    );
  }
}
