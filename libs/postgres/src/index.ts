export type { AlertEffectRow, AlertStore, EndpointAlert, NewAlertEffect } from './alerts/alert-store.js';
export {
  DatabaseUnreachable,
  InvalidCursor,
  ProjectionMoved,
  isDatabaseUnavailable,
  SessionsShared,
} from './connection/errors.js';
export type {
  ConservationChanges,
  ConservationReport,
  ConservationState,
  LostEvent,
  SuspectDelivery,
} from './conservation/conservation-rows.js';
export type { ConservationStore } from './conservation/conservation-store.js';
export type { Page, PageRequest } from './connection/page.js';
export { atOnce, inTurns, type Steps } from './connection/steps.js';
export type { QueryAnswer, Sql, Transaction } from './connection/transaction.js';
export type { AuditEntry, AuditFilter, AuditLog, NewAuditEntry } from './audit/audit-log.js';
export type { ErasedEvents, ErasureState, OpenErasure } from './erased-events/erased-events.js';
export { migrationNames } from './migrations/all-migrations.js';
export { migrateDown, migrateUp, readSchema, type MigrateOptions } from './migrations/migrate.js';
export { probeDatabase, type DatabaseProbe } from './probe-database.js';
export { SchemaUnusable, whyUnusable, type SchemaState } from './migrations/schema-state.js';
export { openDatabase, type Database, type DatabaseOptions } from './database.js';
export type {
  DeadDelivery,
  DeadLetter,
  DeadLetterFilter,
  DeadLetterRound,
  DeadLetterSelection,
  PagedDeadDelivery,
  InvalidEvent,
  RawMessage,
} from './dead-letters/dead-letter.js';
export type { DeadLetterStore } from './dead-letters/dead-letter-store.js';
export { deliveryStatuses } from './delivery-log/delivery.js';
export type {
  Attempt,
  Delivery,
  DeliveryFilter,
  DeliveryState,
  DeliveryStatus,
} from './delivery-log/delivery.js';
export type { DeliveryLog } from './delivery-log/delivery-log.js';
export type { FactsPlan, PlannedFacts } from './delivery-log/plan-facts.js';
export type { PositionedFact } from './delivery-log/fold-deliveries.js';
export type { StatsPoint, StatsSeries } from './stats/read-series.js';
export type { Stats, StatsPeriod } from './stats/read-stats.js';
export type { StatsRequest } from './stats/read-steps.js';
export type {
  ArchivedEvent,
  EventArchive,
  EventFilter,
  EventsPlan,
  EventRef,
  NewArchivedEvent,
  PlannedEvents,
  StoredPayload,
} from './event-archive/event-archive.js';
export type { TenantRows } from './erase-tenant/tenant-rows.js';
export type { EndpointHas, PlannedDelivery } from './delivery-log/deliveries-of-endpoint.js';
export type { EventHead, EventRange } from './event-archive/page-of-heads.js';
export type { FleetFigures, FleetRequest } from './fleet/fleet-figures.js';
export type { EndpointFigures, RankedTenant } from './fleet/rank-figures.js';
export type { FleetDifferences } from './conservation/report-conservation.js';
export type { WaitingCounts } from './waiting-room/count-waiting.js';
export type { Job, JobClaim, JobFilter, JobOf, JobProgress, JobRelease, NewJob } from './jobs/job.js';
export type { JobStore } from './jobs/job-store.js';
export {
  pageJobs,
  type Beginning,
  type JobTurn,
  type Needs,
  type NextPage,
  type PagedWork,
  type PageJobsParts,
} from './jobs/page-jobs.js';
export { runJobs, type RunJobsOptions } from './jobs/run-jobs.js';
export type { ProjectionLease } from './projection/projection-lease.js';
export type { ProjectionStore } from './projection/projection-store.js';
export { untilReached } from './projection/until-reached.js';
export { beginRebuild, type RebuildOptions, type StreamReach, type TableRebuild } from './rebuild/rebuild.js';
export type { Forgotten } from './retention/retention.js';
export type { RetentionDays, RetentionPolicy } from './retention/retention-policy.js';
export type { ExpirySelection } from './waiting-room/end-waiting.js';
export type { DueSelection } from './waiting-room/select-due.js';
export type { EndRows, PublishDue, PutBackResult, WaitingRoom } from './waiting-room/waiting-room.js';
export { waitingReasons, type WaitingReason, type WaitingRow } from './waiting-room/waiting-row.js';
