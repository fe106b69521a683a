import { batchOf, type BatchColumn } from '../connection/batch.js';
import {
  nullableText,
  nullableTime,
  storableJson,
  storableText,
  storableTime,
} from '../connection/storable.js';
import type { Transaction } from '../connection/transaction.js';
import type { DeliveryChange, NewDelivery, StoredAttempt } from './fold-deliveries.js';

const newRows = batchOf<NewDelivery>({
  accepted_at: { type: 'timestamptz', value: ({ fact }) => storableTime(fact.acceptedAtMs) },
  id: { type: 'text', value: ({ delivery }) => delivery.deliveryId },
  tenant: { type: 'text', value: ({ fact }) => fact.tenant },
  event_id: { type: 'text', value: ({ fact }) => fact.eventId },
  event_seq: { type: 'bigint', value: ({ fact }) => fact.eventSeq },
  type: { type: 'text', value: ({ fact }) => fact.type },
  endpoint_id: { type: 'text', value: ({ delivery }) => delivery.endpointId },
  url: { type: 'text', value: ({ delivery }) => storableText(delivery.url) },
  api_version: { type: 'text', value: ({ delivery }) => delivery.apiVersion },
  status: { type: 'text', value: ({ change }) => change?.status ?? 'pending' },
  attempts: { type: 'integer', value: ({ change }) => change?.attempts ?? 0 },
  last_status: { type: 'integer', value: ({ change }) => change?.last?.status },
  last_error_code: { type: 'text', value: ({ change }) => nullableText(change?.last?.errorCode) },
  last_error_message: { type: 'text', value: ({ change }) => nullableText(change?.last?.errorMessage) },
  next_attempt_at: { type: 'timestamptz', value: ({ change }) => nullableTime(change?.nextAttemptAtMs) },
  created_at: { type: 'timestamptz', value: ({ fact }) => storableTime(fact.atMs) },
  completed_at: { type: 'timestamptz', value: ({ change }) => nullableTime(change?.completedAtMs) },
  hop: { type: 'integer', value: ({ change }) => change?.hop ?? 0 },
  attempts_before_reopen: { type: 'integer', value: ({ change }) => change?.attemptsBeforeReopen ?? 0 },
  created_seq: { type: 'bigint', value: ({ seq }) => seq },
  created_ordinal: { type: 'integer', value: ({ ordinal }) => ordinal },
  log_seq: { type: 'bigint', value: ({ change, seq }) => change?.logSeq ?? seq },
});

const insertDeliveriesSql = `
INSERT INTO deliveries (${newRows.names}) SELECT ${newRows.names} FROM ${newRows.rows} ON CONFLICT DO NOTHING`;

/** Writes new deliveries; those that exist already stay as they are. Returns how many were new. */
export async function insertDeliveries(tx: Transaction, created: readonly NewDelivery[]): Promise<number> {
  let inserted = 0;
  for (const parameters of newRows.chunks(created))
    inserted += (await tx.query(insertDeliveriesSql, parameters)).count;
  return inserted;
}

const changes = batchOf<DeliveryChange>({
  accepted_at: { type: 'timestamptz', value: (change) => storableTime(change.acceptedAtMs) },
  id: { type: 'text', value: (change) => change.deliveryId },
  status: { type: 'text', value: (change) => change.status },
  attempts: { type: 'integer', value: (change) => change.attempts },
  sets_last: { type: 'boolean', value: (change) => change.last !== undefined },
  last_status: { type: 'integer', value: (change) => change.last?.status },
  last_error_code: { type: 'text', value: (change) => nullableText(change.last?.errorCode) },
  last_error_message: { type: 'text', value: (change) => nullableText(change.last?.errorMessage) },
  next_attempt_at: { type: 'timestamptz', value: (change) => nullableTime(change.nextAttemptAtMs) },
  sets_completed: { type: 'boolean', value: (change) => change.completedAtMs !== undefined },
  completed_at: { type: 'timestamptz', value: (change) => nullableTime(change.completedAtMs) },
  hop: { type: 'integer', value: (change) => change.hop },
  attempts_before_reopen: { type: 'integer', value: (change) => change.attemptsBeforeReopen },
  log_seq: { type: 'bigint', value: (change) => change.logSeq },
});

/** The two bounds are all that the planner needs to leave out the other days. */
const updateDeliveriesSql = `
UPDATE deliveries AS row
   SET status = batch.status,
       attempts = batch.attempts,
       last_status = CASE WHEN sets_last THEN batch.last_status ELSE row.last_status END,
       last_error_code = CASE WHEN sets_last THEN batch.last_error_code ELSE row.last_error_code END,
       last_error_message = CASE WHEN sets_last THEN batch.last_error_message ELSE row.last_error_message END,
       next_attempt_at = batch.next_attempt_at,
       completed_at = CASE WHEN sets_completed THEN batch.completed_at ELSE row.completed_at END,
       hop = batch.hop,
       attempts_before_reopen = batch.attempts_before_reopen,
       log_seq = batch.log_seq
  FROM ${changes.rows}
 WHERE row.id = batch.id
   AND row.accepted_at = batch.accepted_at
   AND row.accepted_at BETWEEN $15 AND $16
   AND row.log_seq < batch.log_seq`;

/** Applies changes to the rows that have not seen them yet. */
export async function updateDeliveries(tx: Transaction, batch: readonly DeliveryChange[]): Promise<void> {
  if (batch.length === 0) return;
  const times = batch.map(({ acceptedAtMs }) => acceptedAtMs);
  await tx.query(updateDeliveriesSql, [
    ...changes.parametersOf(batch),
    storableTime(Math.min(...times)),
    storableTime(Math.max(...times)),
  ]);
}

const attemptColumns: Readonly<Record<string, BatchColumn<StoredAttempt>>> = {
  accepted_at: { type: 'timestamptz', value: ({ fact }) => storableTime(fact.acceptedAtMs) },
  delivery_id: { type: 'text', value: ({ fact }) => fact.deliveryId },
  number: { type: 'integer', value: ({ attempt }) => attempt.number },
  id: { type: 'text', value: ({ attempt }) => attempt.attemptId },
  tenant: { type: 'text', value: ({ fact }) => fact.tenant },
  endpoint_id: { type: 'text', value: ({ fact }) => fact.endpointId },
  started_at: { type: 'timestamptz', value: ({ attempt }) => storableTime(attempt.startedAtMs) },
  duration_ms: { type: 'double precision', value: ({ attempt }) => attempt.durationMs },
  timing: { type: 'jsonb', value: ({ attempt }) => storableJson(attempt.timing) },
  request_url: { type: 'text', value: ({ attempt }) => storableText(attempt.request.url) },
  request_headers: { type: 'jsonb', value: ({ attempt }) => storableJson(attempt.request.headers) },
  response_status: { type: 'integer', value: ({ attempt }) => attempt.response?.status },
  response_headers: {
    type: 'jsonb',
    value: ({ attempt }) => (attempt.response ? storableJson(attempt.response.headers) : null),
  },
  response_body: { type: 'text', value: ({ attempt }) => nullableText(attempt.response?.body) },
  response_truncated: { type: 'boolean', value: ({ attempt }) => attempt.response?.truncated },
  error_code: { type: 'text', value: ({ attempt }) => nullableText(attempt.error?.code) },
  error_message: { type: 'text', value: ({ attempt }) => nullableText(attempt.error?.message) },
  outcome: { type: 'text', value: ({ attempt }) => attempt.outcome },
  log_seq: { type: 'bigint', value: ({ seq }) => seq },
};

const attemptRows = batchOf(attemptColumns, ({ attempt }) => attempt.response?.body.length ?? 0);

const insertAttemptsSql = `
INSERT INTO attempts (${attemptRows.names})
SELECT ${attemptRows.names} FROM ${attemptRows.rows} ON CONFLICT DO NOTHING`;

/** Writes attempts; a number that a delivery has already stays as it is. */
export async function insertAttempts(tx: Transaction, attempts: readonly StoredAttempt[]): Promise<void> {
  for (const parameters of attemptRows.chunks(attempts)) await tx.query(insertAttemptsSql, parameters);
}
