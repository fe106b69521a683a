import type { DeliveryCreated, DeliveryReopened } from '@postel/contracts';
import { batchOf } from '../connection/batch.js';
import { storableTime } from '../connection/storable.js';
import type { Transaction } from '../connection/transaction.js';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';

type Making = PositionedFact<DeliveryCreated | DeliveryReopened>;

const makings = batchOf<Making>({
  seq: { type: 'bigint', value: ({ seq }) => seq },
  delivery_id: { type: 'text', value: ({ fact }) => fact.deliveryId },
  accepted_at: { type: 'time', value: ({ fact }) => storableTime(fact.acceptedAtMs) },
  is_new: { type: 'boolean', value: ({ fact }) => fact.fact === 'delivery.created' },
  hop: { type: 'integer', value: ({ fact }) => fact.hop },
});

/** One probe each, whatever the planner expects. */
const repeatedSql = `
SELECT batch.seq
  FROM ${makings.rows}, LATERAL (
         SELECT created_seq, hop FROM deliveries
          WHERE id = batch.delivery_id AND accepted_at = batch.accepted_at LIMIT 1
       ) AS known
 WHERE CASE WHEN batch.is_new THEN known.created_seq < batch.seq ELSE known.hop > batch.hop END`;

/**
 * Without deliveries that are made or reopened a second time. A job that went on after a crash, or two that met, may say
 * it again long after the first, when its row has gone out and the broker remembers no message id: the delivery log does.
 * It may lag; so much the broker remembers.
 */
export async function withoutRepetitions(
  tx: Transaction,
  facts: readonly PositionedFact[],
): Promise<readonly PositionedFact[]> {
  const making = facts.filter(isMaking);
  if (making.length === 0) return facts;
  const repeated = new Set<number>();
  for (const parameters of makings.chunks(making)) {
    const { rows } = await tx.query<{ seq: number }>(repeatedSql, parameters);
    for (const { seq } of rows) repeated.add(seq);
  }
  return repeated.size === 0 ? facts : facts.filter(({ seq }) => !repeated.has(seq));
}

function isMaking(positioned: PositionedFact): positioned is Making {
  return positioned.fact.fact === 'delivery.created' || positioned.fact.fact === 'delivery.reopened';
}
