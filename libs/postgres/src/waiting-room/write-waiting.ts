import { batchOf } from '../connection/batch.js';
import { storableKey } from '../connection/storable.js';
import type { Sql, Transaction } from '../connection/transaction.js';
import type { Ending, NewWaiting } from './fold-waiting.js';
import { heldDueAtMs, type WaitingRow } from './waiting-row.js';

const rows = batchOf<NewWaiting>({
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
  partition: { type: 'smallint', value: (row) => row.partition },
  deferred_at_ms: { type: 'bigint', value: (row) => Math.floor(row.deferredAtMs) },
  ordering_key: { type: 'text', value: ({ ordering }) => ordering && storableKey(ordering.key) },
  ordering_sequence: { type: 'bigint', value: ({ ordering }) => ordering?.sequence },
  reopened_at_ms: { type: 'bigint', value: (row) => row.reopenedAtMs && Math.floor(row.reopenedAtMs) },
  traceparent: { type: 'text', value: (row) => row.traceparent },
  former_attempt: { type: 'text', value: (row) => row.formerAttempt },
  asked_wait_ms: { type: 'bigint', value: (row) => row.askedWaitMs },
});

/** A row of a lower hop gives way: its put-back happened, and only its removal was lost. */
const upsertSql = `
INSERT INTO waiting AS row (${rows.names})
SELECT ${rows.names} FROM ${rows.rows}
    ON CONFLICT (delivery_id) DO UPDATE
   SET hop = excluded.hop, due_at_ms = excluded.due_at_ms, deferred_at_ms = excluded.deferred_at_ms,
       lane = excluded.lane, reason = excluded.reason, attempts_made = excluded.attempts_made,
       attempts_before_reopen = excluded.attempts_before_reopen, reopened_at_ms = excluded.reopened_at_ms,
       ordering_key = excluded.ordering_key, ordering_sequence = excluded.ordering_sequence,
       traceparent = excluded.traceparent, former_attempt = excluded.former_attempt,
       asked_wait_ms = excluded.asked_wait_ms
 WHERE row.hop < excluded.hop`;

export async function upsertWaiting(tx: Transaction, waiting: readonly NewWaiting[]): Promise<void> {
  for (const parameters of rows.chunks(waiting)) await tx.query(upsertSql, parameters);
}

export async function removeEnded(tx: Transaction, ended: readonly Ending[]): Promise<void> {
  if (ended.length === 0) return;
  await tx.query(
    `DELETE FROM waiting AS row
      USING unnest($1::text[], $2::integer[], $3::integer[]) AS batch (delivery_id, hop, attempts_made)
      WHERE row.delivery_id = batch.delivery_id
        AND row.hop <= batch.hop AND row.attempts_before_reopen < batch.attempts_made`,
    [
      ended.map(({ deliveryId }) => deliveryId),
      ended.map(({ hop }) => hop),
      ended.map(({ attemptsMade }) => attemptsMade),
    ],
  );
}

/** The rows are locked by this transaction. */
export async function removeTaken(tx: Transaction, taken: readonly WaitingRow[]): Promise<void> {
  if (taken.length === 0) return;
  await tx.query('DELETE FROM waiting WHERE delivery_id = ANY ($1)', [
    taken.map(({ deliveryId }) => deliveryId),
  ]);
}

/** The policy that an endpoint's retries follow from now on. */
export interface Reschedule {
  /** Before the second attempt, the third, …, counted since the last reopening. */
  readonly waitsMs: readonly number[];
  /** So far a receiver can put off an attempt with `Retry-After`. */
  readonly longestAskedMs: number;
  /** What waits since then follows the changed policy already. */
  readonly deferredBeforeMs: number;
}

/**
 * An array ends where the policy allows no further attempt: NULL, and then it is due at once. What the receiver asked
 * for holds under the changed policy too: as `nextRetryDelayMs` has it.
 */
const rescheduleSql = `
UPDATE waiting AS w
   SET due_at_ms = planned.due_at_ms
  FROM (SELECT delivery_id,
               deferred_at_ms + CASE WHEN asked_wait_ms IS NULL THEN own.wait_ms
                                     ELSE least(greatest(own.wait_ms, asked_wait_ms), $5) END AS due_at_ms
          FROM waiting, LATERAL (
                 SELECT coalesce(($3::bigint[])[attempts_made - attempts_before_reopen], 0) AS wait_ms
               ) AS own
         WHERE partition = ANY ($1) AND endpoint_id = $2 AND reason = 'retry'
           AND due_at_ms <> ${heldDueAtMs} AND deferred_at_ms < $4) AS planned
 WHERE w.delivery_id = planned.delivery_id AND w.reason = 'retry' AND w.due_at_ms <> planned.due_at_ms`;

export async function reschedule(
  sql: Sql,
  partitions: readonly number[],
  endpointId: string,
  { waitsMs, longestAskedMs, deferredBeforeMs }: Reschedule,
): Promise<number> {
  const parameters = [
    partitions,
    endpointId,
    waitsMs.map(Math.ceil),
    Math.ceil(deferredBeforeMs),
    longestAskedMs,
  ];
  return (await sql.query(rescheduleSql, parameters)).count;
}
