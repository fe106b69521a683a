import type { DeliveryDied, EventDiscarded, EventInvalid } from '@postel/contracts';
import { batchOf, type BatchColumn } from '../connection/batch.js';
import {
  nullableText,
  nullableTime,
  storableJson,
  storableKey,
  storableTime,
} from '../connection/storable.js';
import type { Transaction } from '../connection/transaction.js';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';
import type { RawMessage } from './dead-letter.js';
import { deadLetterId, type Revival } from './fold-dead-letters.js';

type Died = PositionedFact<DeliveryDied>;

const diedRows = batchOf<Died>({
  id: { type: 'text', value: deadLetterId },
  tenant: { type: 'text', value: ({ fact }) => fact.tenant },
  delivery_id: { type: 'text', value: ({ fact }) => fact.deliveryId },
  event_id: { type: 'text', value: ({ fact }) => fact.eventId },
  event_seq: { type: 'bigint', value: ({ fact }) => fact.eventSeq },
  endpoint_id: { type: 'text', value: ({ fact }) => fact.endpointId },
  type: { type: 'text', value: ({ fact }) => fact.type },
  accepted_at: { type: 'time', value: ({ fact }) => storableTime(fact.acceptedAtMs) },
  reason: { type: 'text', value: ({ fact }) => fact.reason },
  last_status: { type: 'integer', value: ({ fact }) => fact.lastStatus },
  last_error_code: { type: 'text', value: ({ fact }) => nullableText(fact.lastError?.code) },
  last_error_message: { type: 'text', value: ({ fact }) => nullableText(fact.lastError?.message) },
  attempts: { type: 'integer', value: ({ fact }) => fact.attemptsMade },
  last_attempt_at: { type: 'time', value: ({ fact }) => nullableTime(fact.attempt?.startedAtMs) },
  created_at: { type: 'time', value: ({ fact }) => storableTime(fact.atMs) },
  log_seq: { type: 'bigint', value: ({ seq }) => seq },
  hop: { type: 'integer', value: ({ fact }) => fact.hop },
  attempts_before_reopen: { type: 'integer', value: ({ fact }) => fact.attemptsBeforeReopen },
  api_version: { type: 'text', value: ({ fact }) => fact.apiVersion },
  ordering_key: {
    type: 'text',
    value: ({ fact }) => (fact.ordering ? storableKey(fact.ordering.key) : null),
  },
  ordering_sequence: { type: 'bigint', value: ({ fact }) => fact.ordering?.sequence },
});

/**
 * A later hop takes the place of an earlier one. What the delivery log knows to have gone on otherwise is not dead: it
 * may be behind, and then the fact that says so takes the dead letter away when it comes. Scalar subqueries: one probe
 * each, whatever the planner expects.
 */
const insertDiedSql = `
WITH news AS MATERIALIZED (
  SELECT batch.* FROM ${diedRows.rows}
   WHERE batch.hop > coalesce((SELECT max(known.hop) FROM dead_letters AS known
                                WHERE known.delivery_id = batch.delivery_id), -1)
     AND coalesce((SELECT d.log_seq >= batch.log_seq OR (d.status <> 'succeeded' AND d.hop < batch.hop)
                     FROM deliveries AS d
                    WHERE d.id = batch.delivery_id AND d.accepted_at = batch.accepted_at), true)
), superseded AS (
  DELETE FROM dead_letters AS known USING news WHERE known.delivery_id = news.delivery_id
)
INSERT INTO dead_letters (${diedRows.names}) SELECT ${diedRows.names} FROM news ON CONFLICT DO NOTHING`;

export async function insertDied(tx: Transaction, died: readonly Died[]): Promise<void> {
  for (const parameters of diedRows.chunks(died)) await tx.query(insertDiedSql, parameters);
}

interface Invalid extends PositionedFact<EventInvalid> {
  readonly raw: RawMessage | undefined;
}

const invalidColumns: Readonly<Record<string, BatchColumn<Invalid>>> = {
  id: { type: 'text', value: deadLetterId },
  tenant: { type: 'text', value: ({ fact }) => storableKey(fact.tenant) },
  event_id: { type: 'text', value: ({ fact }) => storableKey(fact.eventId) },
  event_seq: { type: 'bigint', value: ({ fact }) => fact.eventSeq },
  type: { type: 'text', value: ({ fact }) => storableKey(fact.type) },
  accepted_at: { type: 'time', value: ({ fact }) => storableTime(fact.acceptedAtMs) },
  reason: { type: 'text', value: () => 'invalid_event' },
  last_error_code: { type: 'text', value: ({ fact }) => nullableText(fact.code) },
  last_error_message: { type: 'text', value: ({ fact }) => nullableText(fact.message) },
  attempts: { type: 'integer', value: () => 0 },
  created_at: { type: 'time', value: ({ fact }) => storableTime(fact.atMs) },
  log_seq: { type: 'bigint', value: ({ seq }) => seq },
  hop: { type: 'integer', value: () => 0 },
  attempts_before_reopen: { type: 'integer', value: () => 0 },
  path: { type: 'text', value: ({ fact }) => nullableText(fact.path) },
  payload: { type: 'bytea', value: ({ raw }) => raw && Buffer.from(raw.payload) },
  subject: { type: 'text', value: ({ raw }) => nullableText(raw?.subject) },
  headers: { type: 'jsonb', value: ({ raw }) => raw && storableJson(raw.headers) },
};

const invalidRows = batchOf(invalidColumns, ({ raw }) => raw?.payload.length ?? 0);

const insertInvalidSql = `
INSERT INTO dead_letters (${invalidRows.names})
SELECT ${invalidRows.names} FROM ${invalidRows.rows} ON CONFLICT DO NOTHING`;

export async function insertInvalid(tx: Transaction, invalid: readonly Invalid[]): Promise<void> {
  for (const parameters of invalidRows.chunks(invalid)) await tx.query(insertInvalidSql, parameters);
}

const revivals = batchOf<PositionedFact<Revival>>({
  delivery_id: { type: 'text', value: ({ fact }) => fact.deliveryId },
  fact: { type: 'text', value: ({ fact }) => fact.fact },
  hop: { type: 'integer', value: ({ fact }) => fact.hop },
  attempts: { type: 'integer', value: ({ fact }) => fact.attemptsMade },
  log_seq: { type: 'bigint', value: ({ seq }) => seq },
});

const removeSql = `
DELETE FROM dead_letters AS row
 USING ${revivals.rows}
 WHERE row.delivery_id = batch.delivery_id
   AND row.log_seq < batch.log_seq
   AND CASE batch.fact
         WHEN 'delivery.succeeded' THEN batch.attempts > row.attempts_before_reopen
         WHEN 'delivery.deferred' THEN batch.hop > row.hop
         ELSE batch.hop >= row.hop
       END`;

export async function removeDeadLetters(
  tx: Transaction,
  removed: readonly PositionedFact<Revival>[],
): Promise<void> {
  for (const parameters of revivals.chunks(removed)) await tx.query(removeSql, parameters);
}

/** Of events that were not understood; found by their id, which the event's position gives. */
export async function removeInvalid(
  tx: Transaction,
  discarded: readonly PositionedFact<EventDiscarded>[],
): Promise<void> {
  if (discarded.length === 0) return;
  await tx.query('DELETE FROM dead_letters WHERE id = ANY ($1)', [discarded.map(deadLetterId)]);
}
