import {
  conservationFigures,
  type ConservationFigure,
  type ConservationFigures,
  type LedgerDelivery,
} from '@postel/domain';
import { batchOf } from '../connection/batch.js';
import { storableKey } from '../connection/storable.js';
import type { Transaction } from '../connection/transaction.js';
import type { ConservationChanges, LostEvent } from './conservation-rows.js';

/** Columns of the figures. */
export const figureColumns = {
  fannedOut: 'fanned_out',
  unmatched: 'unmatched',
  invalid: 'invalid',
  lostEvents: 'lost_events',
  created: 'created',
  succeeded: 'succeeded',
  pending: 'pending',
  retrying: 'retrying',
  dead: 'dead',
  discarded: 'discarded',
  unexpected: 'unexpected',
} as const satisfies Record<ConservationFigure, string>;

type TenantChange = readonly [tenant: string, figures: ConservationFigures];

const tenants = batchOf<TenantChange>({
  tenant: { type: 'text', value: ([tenant]) => tenant },
  ...Object.fromEntries(
    conservationFigures.map((figure) => [
      figureColumns[figure],
      { type: 'bigint' as const, value: ([, figures]: TenantChange) => figures[figure] },
    ]),
  ),
});
const added = conservationFigures.map((figure) => {
  const column = figureColumns[figure];
  return `${column} = row.${column} + excluded.${column}`;
});
const tenantsSql = `
INSERT INTO conservation_tenants AS row (${tenants.names}) SELECT ${tenants.names} FROM ${tenants.rows}
    ON CONFLICT (tenant) DO UPDATE SET ${added.join(', ')}`;

const awaitingSql = `
WITH given AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS given (tenant, awaiting)),
     none AS (UPDATE conservation_tenants SET awaiting = 0
               WHERE awaiting <> 0 AND tenant NOT IN (SELECT tenant FROM given))
INSERT INTO conservation_tenants AS row (tenant, awaiting) SELECT tenant, awaiting FROM given
    ON CONFLICT (tenant) DO UPDATE SET awaiting = excluded.awaiting WHERE row.awaiting <> excluded.awaiting`;

const deliveries = batchOf<LedgerDelivery>({
  delivery_id: { type: 'text', value: (row) => row.deliveryId },
  tenant: { type: 'text', value: (row) => row.tenant },
  event_seq: { type: 'bigint', value: (row) => row.eventSeq },
  hop: { type: 'integer', value: (row) => row.hop },
  attempts: { type: 'integer', value: (row) => row.attempts },
  attempts_before_reopen: { type: 'integer', value: (row) => row.attemptsBeforeReopen },
  status: { type: 'text', value: (row) => row.status },
  log_seq: { type: 'bigint', value: (row) => row.logSeq },
  ended_at_ms: { type: 'bigint', value: (row) => row.endedAtMs && Math.floor(row.endedAtMs) },
});
const deliveriesSql = `
INSERT INTO conservation_deliveries (${deliveries.names}) SELECT ${deliveries.names} FROM ${deliveries.rows}
    ON CONFLICT (delivery_id) DO UPDATE
   SET hop = excluded.hop, attempts = excluded.attempts, attempts_before_reopen = excluded.attempts_before_reopen,
       status = excluded.status, log_seq = excluded.log_seq, ended_at_ms = excluded.ended_at_ms, missing = false`;

const lostEvents = batchOf<LostEvent>({
  seq: { type: 'bigint', value: (row) => row.seq },
  tenant: { type: 'text', value: (row) => row.tenant },
  event_id: { type: 'text', value: (row) => row.eventId },
  type: { type: 'text', value: (row) => storableKey(row.type) },
});
const lostEventsSql = `
INSERT INTO conservation_lost_events (${lostEvents.names}) SELECT ${lostEvents.names} FROM ${lostEvents.rows}
    ON CONFLICT DO NOTHING`;

const stateSql = `
INSERT INTO conservation_state (since_ms, events_base, events_read, told_bits, log_read, checked_at)
VALUES ($1, $2, $3, $4, $5, to_timestamp($6::double precision / 1000))
    ON CONFLICT (one) DO UPDATE
   SET events_base = excluded.events_base, events_read = excluded.events_read, told_bits = excluded.told_bits,
       log_read = excluded.log_read, checked_at = excluded.checked_at`;

/** For the janitor of EVENTS: what lies beyond may have to be read again. */
const eventsPositionSql = `
INSERT INTO projection_positions (name, seq) VALUES ('conservation-events', $1)
ON CONFLICT (name) DO UPDATE SET seq = excluded.seq`;

export async function writeConservation(tx: Transaction, changes: ConservationChanges): Promise<void> {
  const { atMs, awaiting, events, eventsRead, figures, found, gone, kept, logRead, lost, sinceMs } = changes;
  for (const parameters of tenants.chunks([...figures])) await tx.query(tenantsSql, parameters);
  await tx.query(awaitingSql, [[...awaiting.keys()], [...awaiting.values()]]);
  for (const parameters of deliveries.chunks(kept)) await tx.query(deliveriesSql, parameters);
  if (gone.length > 0)
    await tx.query('DELETE FROM conservation_deliveries WHERE delivery_id = ANY ($1::text[])', [gone]);
  for (const parameters of lostEvents.chunks(lost)) await tx.query(lostEventsSql, parameters);
  if (found.length > 0)
    await tx.query('DELETE FROM conservation_lost_events WHERE seq = ANY ($1::bigint[])', [found]);
  const bits = Buffer.from(events.toldBits);
  await tx.query(stateSql, [sinceMs, events.base, eventsRead, bits, logRead, atMs]);
  await tx.query(eventsPositionSql, [events.base]);
}
