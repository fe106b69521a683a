import { fleetParts, type FleetAnswer, type FleetPart, type JobAnswer } from '@postel/contracts';
import { shownCircuit } from '@postel/domain';
import type { BrokerReport, ConfigTables } from '@postel/jetstream';
import type { EndpointFigures, FleetDifferences, RankedTenant, Stats, WaitingCounts } from '@postel/postgres';
import type { MeasuredBroker } from '../measure-broker/measure-broker.js';
import type { MeasuredLags } from '../measure-tables/measure-tables.js';
import { shownTenants, type Period, type RankedFigures } from './measure-fleet.js';
import type { Measured } from './measured-lately.js';
import type { OpenCircuits } from './open-circuits.js';

/** `null`: nobody can know it now. */
export interface KnownFleet {
  readonly atMs: number;
  readonly period: Period;
  readonly totals: (Stats & { readonly events: number }) | null;
  readonly figures: Measured<RankedFigures> | null;
  readonly waiting: Measured<WaitingCounts> | null;
  readonly oldest: { readonly sinceMs: number | null } | null;
  readonly conservation: FleetDifferences | null;
  readonly jobs: readonly JobAnswer[] | null;
  readonly broker: MeasuredBroker | null;
  readonly lags: MeasuredLags | null;
  readonly circuits: OpenCircuits;
}

type Tables = Pick<ConfigTables, 'circuitOf' | 'endpoint' | 'tenantExists'>;

/** A hundred at most: every partition has a few. */
const shownConsumers = 250;

export function fleetAnswer(known: KnownFleet, tables: Tables): FleetAnswer {
  const { atMs, broker, circuits, conservation, figures, jobs, lags, oldest, period, totals, waiting } =
    known;
  const parts = {
    totals: totals && totalsAnswer(totals, period),
    tenants: figures && tenantsAnswer(figures.value.tenants, known, tables),
    worstEndpoints: figures && endpointsAnswer(figures.value.endpoints, known, tables),
    waiting: waiting && Object.fromEntries(waiting.value.byReason),
    oldestWaitingSeconds: secondsSince(oldest?.sinceMs ?? null, atMs),
    streams: broker && streamsAnswer(broker.report),
    consumers: broker && consumersAnswer(broker.report),
    projections: lags && [...lags.lags],
    conservation: conservation && conservationAnswer(conservation),
    jobs: jobs && [...jobs],
  };
  // nothing waits, or nobody knows
  const isMissing = (part: FleetPart) =>
    part === 'oldestWaitingSeconds' ? oldest === null : parts[part] === null;
  return {
    at: iso(atMs),
    period,
    measuredAt: {
      figures: figures && iso(figures.atMs),
      waiting: waiting && iso(waiting.atMs),
      broker: broker && iso(broker.atMs),
      projections: lags && iso(lags.atMs),
    },
    unavailable: fleetParts.filter(isMissing),
    ...parts,
    openCircuits: circuits.newest,
    openCircuitCount: circuits.count,
  };
}

function totalsAnswer(totals: Stats & { readonly events: number }, period: Period): FleetAnswer['totals'] {
  return {
    ...totals,
    period,
    avgResponseTime: tenths(totals.avgResponseTime),
    p50ResponseTime: tenths(totals.p50ResponseTime),
    p95ResponseTime: tenths(totals.p95ResponseTime),
    p99ResponseTime: tenths(totals.p99ResponseTime),
    errorBreakdown: { ...totals.errorBreakdown },
  };
}

/** Those, too, of which nothing was delivered in the period and something waits, or does not add up. */
function tenantsAnswer(
  ranked: readonly RankedTenant[],
  { conservation, waiting }: KnownFleet,
  tables: Tables,
): FleetAnswer['tenants'] {
  const differences = conservation?.byTenant ?? new Map<string, number>();
  const waits = waiting?.value.byTenant ?? new Map<string, number>();
  const byId = new Map(ranked.map((figures) => [figures.tenant, figures]));
  for (const tenant of [...differences.keys(), ...waits.keys()])
    if (!byId.has(tenant)) byId.set(tenant, { tenant, ...noFigures });
  return [...byId.values()]
    .filter(({ tenant }) => tables.tenantExists(tenant))
    .sort((a, b) => b.failed - a.failed || b.created - a.created)
    .slice(0, shownTenants)
    .map((figures) => ({
      id: figures.tenant,
      totalDeliveries: figures.created,
      failedDeliveries: figures.failed,
      successRate: successRateOf(figures),
      deadLetters: figures.deadLetters,
      waiting: waiting && (waits.get(figures.tenant) ?? 0),
      conservationDifference: conservation && (differences.get(figures.tenant) ?? 0),
    }));
}

const noFigures = { created: 0, succeeded: 0, failed: 0, deadLetters: 0 };

/** One that was deleted since it was measured is passed over. */
function endpointsAnswer(
  worst: readonly EndpointFigures[],
  { atMs, waiting }: KnownFleet,
  tables: Tables,
): FleetAnswer['worstEndpoints'] {
  return worst.flatMap((figures) => {
    const state = tables.endpoint(figures.endpointId)?.state;
    if (!state) return [];
    return {
      tenant: state.tenant,
      endpointId: state.id,
      url: state.url,
      status: state.status,
      disabledReason: state.status === 'disabled' ? state.disabledReason : null,
      circuit: shownCircuit(tables.circuitOf(state.id), atMs),
      totalDeliveries: figures.created,
      failedDeliveries: figures.failed,
      successRate: successRateOf(figures),
      p95ResponseTime: figures.p95ResponseTime === null ? null : tenths(figures.p95ResponseTime),
      deadLetters: figures.deadLetters,
      waiting: waiting && (waiting.value.byEndpoint.get(state.id) ?? 0),
    };
  });
}

function streamsAnswer({ silentStreams, streams }: BrokerReport): FleetAnswer['streams'] {
  return [
    ...streams.map(({ bytes, messages, stream }) => ({ stream, messages, sizeBytes: bytes })),
    ...silentStreams.map((stream) => ({ stream, messages: null, sizeBytes: null })),
  ];
}

function consumersAnswer({ consumers }: BrokerReport): FleetAnswer['consumers'] {
  return consumers
    .slice(0, shownConsumers)
    .map(({ ackPending, durable, pending, stream }) => ({ stream, consumer: durable, pending, ackPending }));
}

/** Before the first count nothing is known to hold. */
function conservationAnswer({
  checkedAt,
  deliveries,
  events,
}: FleetDifferences): FleetAnswer['conservation'] {
  return {
    holds: checkedAt === null ? null : events === 0 && deliveries === 0,
    eventsDifference: events,
    deliveriesDifference: deliveries,
    checkedAt,
  };
}

function successRateOf({ failed, succeeded }: RankedTenant): number | null {
  return succeeded + failed === 0 ? null : succeeded / (succeeded + failed);
}

function secondsSince(sinceMs: number | null, nowMs: number): number | null {
  return sinceMs === null ? null : Math.max(0, nowMs - sinceMs) / 1_000;
}

/** Milliseconds, as exact as they are measured. */
function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
