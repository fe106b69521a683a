import { conservationFigures, type ConservationFigure } from '@postel/domain';
import type { Sql } from '../connection/transaction.js';
import type { ConservationReport, LostEvent } from './conservation-rows.js';
import { figureColumns } from './write-conservation.js';

/** Named in an answer. */
const maxExamples = 10;

const columns = conservationFigures.map(
  (figure) => `coalesce(tenant.${figureColumns[figure]}, 0) AS "${figure}"`,
);

/** In one statement, and so as of one commit of the writer. */
const reportSql = `
SELECT ${columns.join(', ')}, coalesce(tenant.awaiting, 0) AS awaiting,
       state.events_read AS "eventsRead", state.log_read AS "logRead", state.checked_at AS "checkedAt",
       (SELECT count(*) FROM conservation_deliveries WHERE missing AND tenant = $1)::int AS missing,
       (SELECT count(*) FROM conservation_deliveries WHERE missing AND tenant = $1 AND status = 'pending')::int
         AS "missingPending",
       (SELECT coalesce(json_agg(json_build_object('seq', seq, 'tenant', tenant, 'eventId', event_id, 'type', type)), '[]')
          FROM (SELECT * FROM conservation_lost_events WHERE tenant = $1 ORDER BY seq LIMIT ${maxExamples}) AS named)
         AS lost,
       (SELECT coalesce(json_agg(delivery_id), '[]')
          FROM (SELECT delivery_id FROM conservation_deliveries WHERE missing AND tenant = $1
                 ORDER BY delivery_id LIMIT ${maxExamples}) AS missing)
         AS "missingDeliveryIds"
  FROM conservation_state AS state LEFT JOIN conservation_tenants AS tenant ON tenant.tenant = $1`;

interface ReportRow extends Record<ConservationFigure, number> {
  readonly awaiting: number;
  readonly missing: number;
  readonly missingPending: number;
  readonly eventsRead: number;
  readonly logRead: number;
  readonly checkedAt: Date;
  readonly lost: readonly LostEvent[];
  readonly missingDeliveryIds: readonly string[];
}

export async function reportOf(sql: Sql, tenant: string): Promise<ConservationReport | null> {
  const { rows } = await sql.query<ReportRow>(reportSql, [tenant]);
  const [row] = rows;
  if (!row) return null;
  const { checkedAt, eventsRead, lost, logRead, missingDeliveryIds, ...counts } = row;
  return { counts, eventsRead, logRead, checkedAt: checkedAt.toISOString(), lost, missingDeliveryIds };
}

export interface Differences {
  readonly events: number;
  readonly deliveries: number;
}

/** None makes up for another: what is missing here and unexpected there is two faults. */
const differencesSql = `
SELECT coalesce(sum(lost_events), 0)::float8 AS events,
       coalesce(sum(unexpected), 0)::float8
         + (SELECT count(*) FROM conservation_deliveries WHERE missing)::float8 AS deliveries
  FROM conservation_tenants`;

export async function differencesOf(sql: Sql): Promise<Differences> {
  const { rows } = await sql.query<{ events: number; deliveries: number }>(differencesSql);
  return rows[0] ?? { events: 0, deliveries: 0 };
}

export interface FleetDifferences extends Differences {
  /** `null`: nothing was counted yet. */
  readonly checkedAt: string | null;
  /** Of both equations together, of tenants that have any; bounded. */
  readonly byTenant: ReadonlyMap<string, number>;
}

const maxTenants = 1_000;

/** A delivery may be missing of a tenant that has no figures yet. */
const byTenantSql = `
WITH missing AS (
  SELECT tenant, count(*) AS count FROM conservation_deliveries WHERE missing GROUP BY tenant
)
SELECT tenant, coalesce(lost_events, 0) + coalesce(unexpected, 0) + coalesce(missing.count, 0) AS difference
  FROM conservation_tenants FULL JOIN missing USING (tenant)
 WHERE lost_events > 0 OR unexpected > 0 OR missing.count > 0
 ORDER BY difference DESC LIMIT ${maxTenants}`;

export async function fleetDifferencesOf(sql: Sql): Promise<FleetDifferences> {
  const state = await sql.query<{ checked_at: Date }>('SELECT checked_at FROM conservation_state');
  const { rows } = await sql.query<{ tenant: string; difference: string }>(byTenantSql);
  return {
    ...(await differencesOf(sql)),
    checkedAt: state.rows[0]?.checked_at.toISOString() ?? null,
    byTenant: new Map(rows.map(({ tenant, difference }) => [tenant, Number(difference)])),
  };
}
