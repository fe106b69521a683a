import type { Transaction } from '../connection/transaction.js';
import { waitingColumns, waitingRowOf, type SelectedRow } from './read-waiting.js';
import { waitingPartitions } from './waiting-endpoints.js';
import { heldDueAtMs, type WaitingRow } from './waiting-row.js';

export interface ExpirySelection {
  /** Takes what was accepted, or last reopened, before this. */
  readonly beforeMs: number;
  readonly partitions: readonly number[];
  readonly limit: number;
}

/**
 * What is held and has no number yet stays for the moment that this takes: ended without one, a repetition of its fact
 * would pass for a new event.
 */
const hasItsPlace = `(w.due_at_ms <> ${heldDueAtMs} OR w.ordering_sequence IS NOT NULL)`;

const ofEndpointSql = `
SELECT ${waitingColumns} FROM waiting AS w
 WHERE w.partition = ANY ($1) AND w.endpoint_id = $2 AND ${hasItsPlace}
 LIMIT $3
   FOR UPDATE SKIP LOCKED`;

/** Locks rows of an endpoint, due or not, held or not. */
export async function takeOfEndpoint(
  tx: Transaction,
  endpointId: string,
  limit: number,
): Promise<readonly WaitingRow[]> {
  const partitions = await waitingPartitions(tx);
  const { rows } = await tx.query<SelectedRow>(ofEndpointSql, [partitions, endpointId, limit]);
  return rows.map(waitingRowOf);
}

const expiredSql = `
SELECT ${waitingColumns} FROM waiting AS w
 WHERE coalesce(w.reopened_at_ms, w.accepted_at_ms) < $1 AND w.partition = ANY ($2) AND ${hasItsPlace}
 ORDER BY coalesce(w.reopened_at_ms, w.accepted_at_ms)
 LIMIT $3
   FOR UPDATE SKIP LOCKED`;

/** Locks the oldest of what is too old, due or not, held or not. */
export async function takeExpired(
  tx: Transaction,
  { beforeMs, partitions, limit }: ExpirySelection,
): Promise<readonly WaitingRow[]> {
  const { rows } = await tx.query<SelectedRow>(expiredSql, [Math.ceil(beforeMs), partitions, limit]);
  return rows.map(waitingRowOf);
}
