import { deliveryMessageId } from '@postel/contracts';
import type pg from 'pg';
import { poolTransaction, sqlOf, type Sql, type Transaction } from '../connection/transaction.js';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';
import { foldWaiting } from './fold-waiting.js';
import { selectDue, waitingEndpoints, type DueSelection } from './select-due.js';
import type { WaitingReason, WaitingRow } from './waiting-row.js';
import { removeEnded, removePublished, upsertWaiting } from './write-waiting.js';

/**
 * Publishes the rows to DELIVERIES.
 * @returns the {@link deliveryMessageId} of those that the broker acknowledged; the others stay and come again
 */
export type PublishDue = (rows: readonly WaitingRow[]) => Promise<ReadonlySet<string>>;

export interface PutBackResult {
  /** Rows that were due and taken by this call. */
  readonly taken: number;
  /** Of those, published and removed. */
  readonly published: number;
}

/**
 * Deliveries that must wait, each until its time:
 *
 *   deferred | reopened ──▶ waiting ──put-back──▶ gone (it is in DELIVERIES, as the row's hop)
 *                              ╰──succeeded | died of that hop or a later one──▶ gone
 */
export class WaitingRoom {
  readonly #sql: Sql;

  constructor(private readonly pool: pg.Pool) {
    this.#sql = sqlOf(pool);
  }

  /** Applies facts in log order, any of LOG. */
  async apply(tx: Transaction, facts: readonly PositionedFact[]): Promise<void> {
    const { ended, waiting } = foldWaiting(facts);
    await removeEnded(tx, ended);
    await upsertWaiting(tx, waiting);
  }

  /**
   * Publishes what is due, then removes it, in one transaction: a crash between repeats the put-back, and the broker
   * drops the repetition. Rows that another scheduler has in hand are passed over. Throws what `publish` throws, and
   * then nothing is removed.
   */
  async putBack(selection: DueSelection, publish: PublishDue): Promise<PutBackResult> {
    return poolTransaction(this.pool, async (tx) => {
      const due = await selectDue(tx, selection);
      if (due.length === 0) return { taken: 0, published: 0 };
      const acknowledged = await publish(due);
      const published = due.filter((row) => acknowledged.has(deliveryMessageId(row)));
      await removePublished(tx, published);
      return { taken: due.length, published: published.length };
    });
  }

  /** When the next row is due whose endpoint is not skipped; null when nothing waits. */
  async nextDueAtMs(skipEndpointIds: readonly string[]): Promise<number | null> {
    if (skipEndpointIds.length === 0) return this.oldestDueAtMs();
    return this.#number(
      `WITH RECURSIVE ${waitingEndpoints}
       SELECT min(next.due_at_ms) AS value
         FROM endpoint, LATERAL (SELECT min(due_at_ms) AS due_at_ms FROM waiting WHERE endpoint_id = endpoint.id) AS next
        WHERE endpoint.id <> ALL ($1::text[])`,
      [skipEndpointIds],
    );
  }

  /** The due time of the row that waits longest, skipped or not; null when nothing waits. */
  async oldestDueAtMs(): Promise<number | null> {
    return this.#number('SELECT min(due_at_ms) AS value FROM waiting', []);
  }

  /** Reasons for which nothing waits are left out. */
  async countByReason(): Promise<ReadonlyMap<WaitingReason, number>> {
    const { rows } = await this.#sql.query<{ reason: WaitingReason; count: number }>(
      'SELECT reason, count(*) AS count FROM waiting GROUP BY reason',
    );
    return new Map(rows.map(({ reason, count }) => [reason, count]));
  }

  async #number(sql: string, parameters: readonly unknown[]): Promise<number | null> {
    const { rows } = await this.#sql.query<{ value: number | null }>(sql, parameters);
    return rows[0]?.value ?? null;
  }
}
