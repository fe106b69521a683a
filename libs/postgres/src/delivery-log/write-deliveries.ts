import { batchOf } from '../connection/batch.js';
import {
  nullableText,
  nullableTime,
  storableKey,
  storableText,
  storableTime,
} from '../connection/storable.js';
import type { Transaction } from '../connection/transaction.js';
import type { DeliveryStatus } from './delivery.js';
import { changeOf, type DeliveryChange } from './change-delivery.js';
import type { NewDelivery, PositionedDeliveryFact } from './fold-deliveries.js';

const newRows = batchOf<NewDelivery>({
  accepted_at: { type: 'time', value: ({ fact }) => storableTime(fact.acceptedAtMs) },
  id: { type: 'text', value: ({ delivery }) => delivery.deliveryId },
  tenant: { type: 'text', value: ({ fact }) => fact.tenant },
  event_id: { type: 'text', value: ({ fact }) => fact.eventId },
  event_seq: { type: 'bigint', value: ({ fact }) => fact.eventSeq },
  type: { type: 'text', value: ({ fact }) => fact.type },
  endpoint_id: { type: 'text', value: ({ delivery }) => delivery.endpointId },
  url: { type: 'text', value: ({ delivery, state }) => storableText(state.url ?? delivery.url) },
  api_version: { type: 'text', value: ({ delivery }) => delivery.apiVersion },
  status: { type: 'text', value: ({ state }) => state.status },
  attempts: { type: 'integer', value: ({ state }) => state.attempts },
  last_status: { type: 'integer', value: ({ state }) => state.lastStatus },
  last_error_code: { type: 'text', value: ({ state }) => nullableText(state.lastError?.code) },
  last_error_message: { type: 'text', value: ({ state }) => nullableText(state.lastError?.message) },
  next_attempt_at: { type: 'time', value: ({ state }) => nullableTime(state.nextAttemptAtMs) },
  created_at: { type: 'time', value: ({ fact }) => storableTime(fact.atMs) },
  completed_at: { type: 'time', value: ({ state }) => nullableTime(state.completedAtMs) },
  hop: { type: 'integer', value: ({ state }) => state.hop },
  attempts_before_reopen: { type: 'integer', value: ({ state }) => state.attemptsBeforeReopen },
  created_seq: { type: 'bigint', value: ({ seq }) => seq },
  created_ordinal: { type: 'integer', value: ({ ordinal }) => ordinal },
  log_seq: { type: 'bigint', value: ({ logSeq }) => logSeq },
  ordering_key: { type: 'text', value: ({ state }) => keyOf(state.delivery.ordering?.key) },
  ordering_sequence: { type: 'bigint', value: ({ state }) => state.delivery.ordering?.sequence },
});

function keyOf(key: string | undefined): string | null {
  return key === undefined ? null : storableKey(key);
}

const insertDeliveriesSql = `
INSERT INTO deliveries (${newRows.names}) SELECT ${newRows.names} FROM ${newRows.rows} ON CONFLICT DO NOTHING
RETURNING id`;

/** Rows of new deliveries, for {@link copyDeliveries}. */
export const deliveriesToCopy = () => newRows.toCopy();

/** Writes new deliveries at half of what an INSERT costs the server. @throws when one of them is there already */
export async function copyDeliveries(tx: Transaction, data: Uint8Array): Promise<void> {
  await tx.copyIn(`COPY deliveries (${newRows.names}) FROM STDIN (FORMAT binary)`, data);
}

/** Writes new deliveries; those that exist already stay as they are. @returns those that were new */
export async function insertDeliveries(
  tx: Transaction,
  created: readonly NewDelivery[],
): Promise<readonly NewDelivery[]> {
  const ids = new Set<string>();
  for (const parameters of newRows.chunks(created)) {
    const { rows } = await tx.query<{ id: string }>(insertDeliveriesSql, parameters);
    for (const { id } of rows) ids.add(id);
  }
  return created.filter(({ delivery }) => ids.has(delivery.deliveryId));
}

interface Changed extends PositionedDeliveryFact {
  readonly change: DeliveryChange;
}

const changes = batchOf<Changed>({
  accepted_at: { type: 'time', value: ({ fact }) => storableTime(fact.acceptedAtMs) },
  id: { type: 'text', value: ({ fact }) => fact.deliveryId },
  fact: { type: 'text', value: ({ fact }) => fact.fact },
  attempts: { type: 'integer', value: ({ fact }) => fact.attemptsMade },
  url: { type: 'text', value: ({ change }) => nullableText(change.url) },
  sets_last: { type: 'boolean', value: ({ change }) => change.setsLast },
  last_status: { type: 'integer', value: ({ change }) => change.lastStatus },
  last_error_code: { type: 'text', value: ({ change }) => nullableText(change.lastError?.code) },
  last_error_message: { type: 'text', value: ({ change }) => nullableText(change.lastError?.message) },
  next_attempt_at: { type: 'time', value: ({ change }) => nullableTime(change.nextAttemptAtMs) },
  completed_at: { type: 'time', value: ({ change }) => nullableTime(change.completedAtMs) },
  hop: { type: 'integer', value: ({ fact }) => fact.hop },
  attempts_before_reopen: { type: 'integer', value: ({ fact }) => fact.attemptsBeforeReopen },
  log_seq: { type: 'bigint', value: ({ seq }) => seq },
  ordering_key: { type: 'text', value: ({ fact }) => keyOf(fact.ordering?.key) },
  ordering_sequence: { type: 'bigint', value: ({ fact }) => fact.ordering?.sequence },
});

/**
 * Has a batch joined with its rows by their key, for the rest of the transaction. What was accepted a moment ago is
 * always beyond the planner's statistics: it expects no row, and compared each of the partition's with each of the
 * batch's (1.4 s a batch instead of 0.05 s).
 */
export async function joinByKey(tx: Transaction): Promise<void> {
  await tx.query(
    `SELECT set_config('enable_seqscan', 'off', true), set_config('enable_nestloop', 'off', true)`,
  );
}

/**
 * The rules of `evolveDelivery`, and that a row takes only facts that are newer than what it has seen. The bounds are
 * all that the planner needs to leave out the other days.
 */
const updateDeliveriesSql = `
UPDATE deliveries AS row
   SET status = CASE batch.fact
                  WHEN 'delivery.succeeded' THEN 'succeeded'
                  WHEN 'delivery.died' THEN 'dead'
                  WHEN 'delivery.discarded' THEN 'discarded'
                  ELSE CASE WHEN greatest(row.attempts, batch.attempts) > 0 THEN 'retrying' ELSE 'pending' END
                END,
       attempts = greatest(row.attempts, batch.attempts),
       url = coalesce(batch.url, row.url),
       last_status = CASE WHEN sets_last THEN batch.last_status ELSE coalesce(batch.last_status, row.last_status) END,
       last_error_code = CASE WHEN sets_last OR batch.last_error_code IS NOT NULL
                              THEN batch.last_error_code ELSE row.last_error_code END,
       last_error_message = CASE WHEN sets_last OR batch.last_error_code IS NOT NULL
                                 THEN batch.last_error_message ELSE row.last_error_message END,
       next_attempt_at = batch.next_attempt_at,
       completed_at = batch.completed_at,
       hop = greatest(row.hop, batch.hop),
       attempts_before_reopen = greatest(row.attempts_before_reopen, batch.attempts_before_reopen),
       ordering_key = coalesce(row.ordering_key, batch.ordering_key),
       ordering_sequence = coalesce(row.ordering_sequence, batch.ordering_sequence),
       log_seq = batch.log_seq
  FROM ${changes.rows}
 WHERE row.id = batch.id
   AND row.id = ANY ($2::text[])
   AND row.accepted_at = batch.accepted_at
   AND row.accepted_at BETWEEN $17 AND $18
   AND row.log_seq < batch.log_seq
   AND CASE batch.fact
         WHEN 'delivery.succeeded'
           THEN row.status <> 'succeeded' AND batch.attempts > row.attempts_before_reopen
         WHEN 'delivery.reopened'
           THEN batch.hop > row.hop OR (batch.hop = row.hop AND row.completed_at IS NOT NULL)
         WHEN 'delivery.discarded'
           THEN row.status = 'dead' AND batch.hop = row.hop
         ELSE row.status <> 'succeeded' AND batch.hop > row.hop
       END
RETURNING new.tenant, new.endpoint_id, new.created_at, new.status, old.status AS status_before,
          new.completed_at, old.completed_at AS completed_before`;

/** A row before and after. */
export interface DeliveryUpdate {
  readonly tenant: string;
  readonly endpoint_id: string;
  readonly created_at: Date;
  readonly status: DeliveryStatus;
  readonly status_before: DeliveryStatus;
  readonly completed_at: Date | null;
  readonly completed_before: Date | null;
}

/** Applies facts to the rows that have not seen them yet, at most one a delivery. @returns what it changed */
export async function updateDeliveries(
  tx: Transaction,
  batch: readonly PositionedDeliveryFact[],
): Promise<readonly DeliveryUpdate[]> {
  if (batch.length === 0) return [];
  const times = batch.map(({ fact }) => storableTime(fact.acceptedAtMs));
  const bounds = [new Date(Math.min(...times)), new Date(Math.max(...times))];
  const changed = batch.map((positioned) => ({ ...positioned, change: changeOf(positioned.fact) }));
  const updates: DeliveryUpdate[] = [];
  for (const parameters of changes.chunks(changed)) {
    const { rows } = await tx.query<DeliveryUpdate>(updateDeliveriesSql, [...parameters, ...bounds]);
    for (const row of rows) updates.push(row);
  }
  return updates;
}
