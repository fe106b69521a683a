import type pg from 'pg';
import { longTransaction, sqlOf, type Sql } from '../connection/transaction.js';

/** Small enough that nobody waits for a lock, and that a process that stops has little to finish. */
const rowsAtOnce = 2_000;

/** Endpoints of a tenant by the index alone: one look-up each, however many deliveries there are. */
const endpointsOfTenant = `
WITH RECURSIVE endpoint AS (
  (SELECT endpoint_id FROM deliveries WHERE tenant = $1 ORDER BY endpoint_id LIMIT 1)
  UNION ALL
  SELECT (SELECT endpoint_id FROM deliveries WHERE tenant = $1 AND endpoint_id > endpoint.endpoint_id
           ORDER BY endpoint_id LIMIT 1)
    FROM endpoint WHERE endpoint.endpoint_id IS NOT NULL
)`;

/** The table of ordering keys knows no tenants: before the deliveries go, which know its endpoints. */
const orderingKeysSql = `${endpointsOfTenant}
DELETE FROM ordering_keys WHERE endpoint_id IN (
  SELECT endpoint_id FROM endpoint UNION SELECT endpoint_id FROM waiting WHERE tenant = $1)`;

const deliveriesSql = `
WITH chunk AS (SELECT id, accepted_at FROM deliveries WHERE tenant = $1 LIMIT ${rowsAtOnce}),
     gone_attempts AS (
       DELETE FROM attempts USING chunk
        WHERE attempts.delivery_id = chunk.id AND attempts.accepted_at = chunk.accepted_at RETURNING 1),
     gone AS (
       DELETE FROM deliveries USING chunk
        WHERE deliveries.id = chunk.id AND deliveries.accepted_at = chunk.accepted_at RETURNING 1)
SELECT (SELECT count(*) FROM gone)::int + (SELECT count(*) FROM gone_attempts)::int AS count`;

const eventsSql = `
DELETE FROM events WHERE (accepted_at, seq) IN (
  SELECT accepted_at, seq FROM events WHERE tenant = $1 LIMIT ${rowsAtOnce})`;

const waitingSql = `
DELETE FROM waiting WHERE delivery_id IN (
  SELECT delivery_id FROM waiting WHERE tenant = $1 LIMIT ${rowsAtOnce})`;

const reopenedSql = `
DELETE FROM reopened_in_order WHERE delivery_id IN (
  SELECT delivery_id FROM reopened_in_order WHERE tenant = $1 LIMIT ${rowsAtOnce})`;

const deadLettersSql = `
DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE tenant = $1 LIMIT ${rowsAtOnce})`;

const erasedEventsSql = `
DELETE FROM erased_events WHERE event_seq IN (
  SELECT event_seq FROM erased_events WHERE tenant = $1 LIMIT ${rowsAtOnce})`;

const auditSql = `
DELETE FROM audit_entries WHERE id IN (SELECT id FROM audit_entries WHERE tenant = $1 LIMIT ${rowsAtOnce})`;

const alertsSql = `DELETE FROM endpoint_alerts WHERE tenant = $1`;

const alertEffectsSql = `DELETE FROM alert_effects WHERE tenant = $1`;

const statsSql = (table: 'stats_minutes' | 'stats_hours') => `
DELETE FROM ${table} WHERE (start_at, tenant, endpoint_id) IN (
  SELECT start_at, tenant, endpoint_id FROM ${table} WHERE tenant = $1 LIMIT ${rowsAtOnce})`;

const otherJobsSql = `DELETE FROM jobs WHERE tenant = $1 AND kind <> 'tenant_erasure'`;

const notesSql = 'DELETE FROM unprojected WHERE tenant = $1';
const daysSql = 'DELETE FROM forgotten_days WHERE tenant = $1';

const countedSql = `
DELETE FROM conservation_deliveries WHERE delivery_id IN (
  SELECT delivery_id FROM conservation_deliveries WHERE tenant = $1 LIMIT ${rowsAtOnce})`;

const lostEventsSql = `DELETE FROM conservation_lost_events WHERE tenant = $1`;

const figuresSql = `DELETE FROM conservation_tenants WHERE tenant = $1`;

const smallerTables = [
  eventsSql,
  waitingSql,
  reopenedSql,
  deadLettersSql,
  erasedEventsSql,
  auditSql,
  alertsSql,
  alertEffectsSql,
  statsSql('stats_minutes'),
  statsSql('stats_hours'),
  otherJobsSql,
  countedSql,
  lostEventsSql,
  figuresSql,
  notesSql,
  daysSql,
];

const countSql = `
SELECT (SELECT count(*) FROM deliveries WHERE tenant = $1)::int + (SELECT count(*) FROM events WHERE tenant = $1)::int
     + (SELECT count(*) FROM dead_letters WHERE tenant = $1)::int
     + (SELECT count(*) FROM waiting WHERE tenant = $1)::int
     + (SELECT count(*) FROM erased_events WHERE tenant = $1)::int
     + (SELECT count(*) FROM audit_entries WHERE tenant = $1)::int AS count`;

/** All rows of a tenant, in every table that has any; a test holds this to the schema. */
export class TenantRows {
  readonly #sql: Sql;

  constructor(private readonly pool: pg.Pool) {
    this.#sql = sqlOf(pool);
  }

  /** Without attempts, of which nobody keeps count. */
  async count(tenant: string): Promise<number> {
    return longTransaction(
      this.pool,
      async (tx) => (await tx.query<{ count: number }>(countSql, [tenant])).rows[0]?.count ?? 0,
    );
  }

  /** @returns how many rows went; 0: none is left */
  async eraseSome(tenant: string): Promise<number> {
    let erased = (await this.#sql.query(orderingKeysSql, [tenant])).count;
    const { rows } = await this.#sql.query<{ count: number }>(deliveriesSql, [tenant]);
    erased += rows[0]?.count ?? 0;
    for (const sql of smallerTables) erased += (await this.#sql.query(sql, [tenant])).count;
    return erased;
  }

  /** Attempts whose delivery the log does not tell of: they have no index, so that this reads all there are, once. */
  async eraseStrays(tenant: string): Promise<number> {
    return longTransaction(
      this.pool,
      async (tx) => (await tx.query('DELETE FROM attempts WHERE tenant = $1', [tenant])).count,
    );
  }
}
