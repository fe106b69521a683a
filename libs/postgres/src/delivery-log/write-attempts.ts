import { batchOf, type BatchColumn } from '../connection/batch.js';
import { storeNew } from '../connection/store-new.js';
import { nullableText, storableJson, storableText, storableTime } from '../connection/storable.js';
import type { Transaction } from '../connection/transaction.js';
import type { StoredAttempt } from './fold-deliveries.js';

const attemptColumns: Readonly<Record<string, BatchColumn<StoredAttempt>>> = {
  accepted_at: { type: 'time', value: ({ fact }) => storableTime(fact.acceptedAtMs) },
  delivery_id: { type: 'text', value: ({ fact }) => fact.deliveryId },
  number: { type: 'integer', value: ({ attempt }) => attempt.number },
  id: { type: 'text', value: ({ attempt }) => attempt.attemptId },
  tenant: { type: 'text', value: ({ fact }) => fact.tenant },
  endpoint_id: { type: 'text', value: ({ fact }) => fact.endpointId },
  started_at: { type: 'time', value: ({ attempt }) => storableTime(attempt.startedAtMs) },
  duration_ms: { type: 'double precision', value: ({ attempt }) => attempt.durationMs },
  timing: { type: 'json', value: ({ attempt }) => storableJson(attempt.timing) },
  request_url: { type: 'text', value: ({ attempt }) => storableText(attempt.request.url) },
  request_headers: { type: 'json', value: ({ attempt }) => storableJson(attempt.request.headers) },
  response_status: { type: 'integer', value: ({ attempt }) => attempt.response?.status },
  response_headers: {
    type: 'json',
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
INSERT INTO attempts AS row (${attemptRows.names})
SELECT ${attemptRows.names} FROM ${attemptRows.rows}
    ON CONFLICT (delivery_id, number, accepted_at) DO UPDATE
   SET (${attemptRows.names}) = ROW (${attemptRows.names
     .split(', ')
     .map((name) => `excluded.${name}`)
     .join(', ')})
 WHERE excluded.outcome = 'succeeded' AND row.outcome <> 'succeeded'`;

/** Writes attempts; of two with the same number the successful one stays, or else the first. */
export async function insertAttempts(tx: Transaction, attempts: readonly StoredAttempt[]): Promise<void> {
  await storeNew(tx, { table: 'attempts', batch: attemptRows, insertSql: insertAttemptsSql }, attempts);
}
