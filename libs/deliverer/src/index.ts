export { AttemptDelivery, type AttemptParts } from './attempt-delivery/attempt-delivery.js';
export { EndpointGate } from './attempt-delivery/endpoint-gate.js';
export { EndpointSecrets } from './attempt-delivery/endpoint-secrets.js';
export { FinishedHops } from './attempt-delivery/finished-hops.js';
export { DelivererModule } from './deliverer.module.js';
export { ArchiveThenStream } from './schedule-retry/event-source.js';
export { publishDue, type PutBackParts } from './schedule-retry/put-back.js';
export type { EventRef, EventSource, StoredEvent } from './schedule-retry/ports.js';
export { ScheduleRetry, type ScheduleParts } from './schedule-retry/schedule-retry.js';
