import type { LogFact } from '@postel/contracts';
import { batchOf } from '../connection/batch.js';
import type { Transaction } from '../connection/transaction.js';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';
import type { Reopening, WaitingFact } from './follow-order.js';

interface Changed extends Reopening {
  readonly deliveryId: string;
  readonly tenant: string;
  readonly atMs: number;
}

interface ReopeningRow {
  readonly delivery_id: string;
  readonly reopened_hop: number;
  readonly hop: number;
  readonly is_over: boolean;
}

const entries = batchOf<Changed>({
  delivery_id: { type: 'text', value: ({ deliveryId }) => deliveryId },
  tenant: { type: 'text', value: ({ tenant }) => tenant },
  reopened_hop: { type: 'integer', value: ({ reopenedHop }) => reopenedHop },
  hop: { type: 'integer', value: ({ hop }) => hop },
  is_over: { type: 'boolean', value: ({ isOver }) => isOver },
  changed_at_ms: { type: 'bigint', value: ({ atMs }) => Math.floor(atMs) },
});

const loadSql = `
SELECT row.delivery_id, row.reopened_hop, row.hop, row.is_over
  FROM unnest($1::text[]) AS batch (delivery_id), LATERAL (
         SELECT * FROM reopened_in_order AS r WHERE r.delivery_id = batch.delivery_id LIMIT 1
       ) AS row`;

const saveSql = `
INSERT INTO reopened_in_order (${entries.names})
SELECT ${entries.names} FROM ${entries.rows}
    ON CONFLICT (delivery_id) DO UPDATE
   SET reopened_hop = excluded.reopened_hop, hop = excluded.hop, is_over = excluded.is_over,
       changed_at_ms = excluded.changed_at_ms`;

/**
 * What is known of the deliveries with a number that were reopened and of which a batch of facts speaks. It is kept for
 * long: a reopening that is told again must not be waited for by its key, for the broker would drop its put-back.
 */
export class Reopenings {
  readonly #known = new Map<string, Reopening>();
  readonly #changed = new Map<string, Changed>();

  static async of(tx: Transaction, facts: readonly PositionedFact[]): Promise<Reopenings> {
    const reopenings = new Reopenings();
    const ids = new Set(facts.flatMap(({ fact }) => numberedIdOf(fact) ?? []));
    if (ids.size === 0) return reopenings;
    const { rows } = await tx.query<ReopeningRow>(loadSql, [[...ids]]);
    for (const { delivery_id, reopened_hop: reopenedHop, hop, is_over: isOver } of rows)
      reopenings.#known.set(delivery_id, { reopenedHop, hop, isOver });
    return reopenings;
  }

  get(deliveryId: string): Reopening | undefined {
    return this.#known.get(deliveryId);
  }

  set({ deliveryId, tenant, atMs }: WaitingFact, reopening: Reopening): void {
    this.#known.set(deliveryId, reopening);
    this.#changed.set(deliveryId, { ...reopening, deliveryId, tenant, atMs });
  }

  async store(tx: Transaction): Promise<void> {
    for (const parameters of entries.chunks([...this.#changed.values()])) await tx.query(saveSql, parameters);
  }
}

function numberedIdOf(fact: LogFact): string | null {
  return 'deliveryId' in fact && fact.ordering?.sequence !== undefined ? fact.deliveryId : null;
}
