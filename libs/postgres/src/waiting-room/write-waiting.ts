import { batchOf } from '../connection/batch.js';
import type { Transaction } from '../connection/transaction.js';
import type { WaitingRow } from './waiting-row.js';

const rows = batchOf<WaitingRow>({
  delivery_id: { type: 'text', value: (row) => row.deliveryId },
  hop: { type: 'integer', value: (row) => row.hop },
  due_at_ms: { type: 'bigint', value: (row) => Math.ceil(row.dueAtMs) },
  endpoint_id: { type: 'text', value: (row) => row.endpointId },
  tenant: { type: 'text', value: (row) => row.tenant },
  lane: { type: 'text', value: (row) => row.lane },
  reason: { type: 'text', value: (row) => row.reason },
  event_seq: { type: 'bigint', value: (row) => row.eventSeq },
  event_id: { type: 'text', value: (row) => row.eventId },
  type: { type: 'text', value: (row) => row.type },
  accepted_at_ms: { type: 'bigint', value: (row) => row.acceptedAtMs },
  attempts_made: { type: 'integer', value: (row) => row.attemptsMade },
  attempts_before_reopen: { type: 'integer', value: (row) => row.attemptsBeforeReopen },
  api_version: { type: 'text', value: (row) => row.apiVersion },
});

/** A row of a lower hop gives way: its put-back happened, and only its removal was lost. */
export async function upsertWaiting(tx: Transaction, waiting: readonly WaitingRow[]): Promise<void> {
  if (waiting.length === 0) return;
  await tx.query(
    `INSERT INTO waiting AS row (${rows.names})
     SELECT ${rows.names} FROM ${rows.rows}
         ON CONFLICT (delivery_id) DO UPDATE
        SET hop = excluded.hop, due_at_ms = excluded.due_at_ms, lane = excluded.lane, reason = excluded.reason,
            attempts_made = excluded.attempts_made, attempts_before_reopen = excluded.attempts_before_reopen
      WHERE row.hop < excluded.hop`,
    rows.parametersOf(waiting),
  );
}

export async function removeEnded(
  tx: Transaction,
  ended: readonly { readonly deliveryId: string; readonly hop: number }[],
): Promise<void> {
  if (ended.length === 0) return;
  await tx.query(
    `DELETE FROM waiting AS row
      USING unnest($1::text[], $2::integer[]) AS batch (delivery_id, hop)
      WHERE row.delivery_id = batch.delivery_id AND row.hop <= batch.hop`,
    [ended.map(({ deliveryId }) => deliveryId), ended.map(({ hop }) => hop)],
  );
}

/** The rows are locked by this transaction. */
export async function removePublished(tx: Transaction, published: readonly WaitingRow[]): Promise<void> {
  if (published.length === 0) return;
  await tx.query('DELETE FROM waiting WHERE delivery_id = ANY ($1)', [
    published.map(({ deliveryId }) => deliveryId),
  ]);
}
