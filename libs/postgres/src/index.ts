export {
  DatabaseUnreachable,
  InvalidCursor,
  ProjectionMoved,
  isDatabaseUnavailable,
} from './connection/errors.js';
export type { Page, PageRequest } from './connection/page.js';
export type { QueryAnswer, Sql, Transaction } from './connection/transaction.js';
export { openDatabase, type Database, type DatabaseOptions } from './database.js';
export type {
  DeadDelivery,
  DeadLetter,
  DeadLetterFilter,
  DeadLetterSelection,
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
export type { PositionedFact } from './delivery-log/fold-deliveries.js';
export type { Stats, StatsPeriod, StatsRequest } from './delivery-log/stats.js';
export type {
  ArchivedEvent,
  EventArchive,
  EventFilter,
  EventRef,
  StoredPayload,
} from './event-archive/event-archive.js';
export type { TenantRows } from './erase-tenant/tenant-rows.js';
export type { Job, JobClaim, JobStore, NewJob } from './jobs/job-store.js';
export type { ProjectionLease } from './projection/projection-lease.js';
export type { ProjectionStore } from './projection/projection-store.js';
export { beginRebuild, type RebuildOptions, type StreamReach, type TableRebuild } from './rebuild/rebuild.js';
export type { Forgotten } from './retention/retention.js';
export type { RetentionDays, RetentionPolicy } from './retention/retention-policy.js';
export type { ExpirySelection } from './waiting-room/end-waiting.js';
export type { DueSelection } from './waiting-room/select-due.js';
export type { EndRows, PublishDue, PutBackResult, WaitingRoom } from './waiting-room/waiting-room.js';
export type { WaitingReason, WaitingRow } from './waiting-room/waiting-row.js';
