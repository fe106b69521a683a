import type { Transaction } from '../connection/transaction.js';
import { waitingColumns, waitingRowOf, type SelectedRow } from './read-waiting.js';
import { waitingPartitions } from './waiting-endpoints.js';
import type { WaitingRow } from './waiting-row.js';

export interface ExpirySelection {
  /** Takes what was accepted, or last reopened, before this. */
  readonly beforeMs: number;
  readonly partitions: readonly number[];
  readonly limit: number;
}

const ofEndpointSql = `
SELECT ${waitingColumns} FROM waiting AS w
 WHERE w.partition = ANY ($1) AND w.endpoint_id = $2
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
 WHERE coalesce(w.reopened_at_ms, w.accepted_at_ms) < $1 AND w.partition = ANY ($2)
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
