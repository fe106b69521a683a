export { initialAlertState, type AlertState, type CountedDeath } from './alert/alert-state.js';
export { countedDeath, countsAgainstEndpoint } from './alert/dead-letter-counts.js';
export {
  afterDeath,
  afterSuccess,
  isStillToBeDisabled,
  settle,
  thresholdsOf,
  type AlertContext,
  type AlertEffect,
  type AlertStep,
} from './alert/evaluate-alert.js';
export { operationalEventOf, type OperationalEvent, type OperatorNews } from './alert/operational-event.js';
export { BulkPace, type LiveAttempt } from './pace/bulk-pace.js';
export { RateWindow } from './admission/rate-window.js';
export { Admission } from './admission/admission.js';
export { ItemQueue } from './admission/item-queue.js';
export { Ring, type RingNode } from './admission/ring.js';
export type {
  AdmissionAnswer,
  AdmissionDeferral,
  AdmissionItem,
  AdmissionOptions,
  AdmittedEndpoint,
  AttemptEnd,
} from './admission/admission-item.js';
export type { EndpointLimits } from './admission/endpoint-lane.js';
export { classifyAttempt, type AttemptResult, type AttemptVerdict } from './attempt/classify-attempt.js';
export { outcomeForCircuit, type CircuitOutcome } from './circuit/circuit-outcome.js';
export { defaultCircuitPolicy, probeGivenUpAfterMs, type CircuitPolicy } from './circuit/circuit-policy.js';
export {
  initialCircuit,
  openCircuitOf,
  restoreCircuit,
  type CircuitState,
  type ClosedCircuit,
} from './circuit/circuit-state.js';
export { shownCircuit } from './circuit/shown-circuit.js';
export {
  decideCircuit,
  evolveCircuit,
  mayPass,
  type CircuitCommand,
  type CircuitDecision,
  type CircuitPassage,
} from './circuit/decide-circuit.js';
export { withoutPayload } from './event/without-payload.js';
export { isInboundType } from './source/inbound-type.js';
export { readInbound, type InboundReading } from './source/read-inbound.js';
export { decideSource, type SourceChanges, type SourceCommand } from './source/decide-source.js';
export {
  conservationFigures,
  FigureChanges,
  type ConservationFigure,
  type ConservationFigures,
} from './conservation/conservation-figures.js';
export type { CountedStatus } from './conservation/counted-delivery.js';
export { DeliveryLedger, type LedgerDelivery } from './conservation/delivery-ledger.js';
export { EventLedger, type EventLedgerState } from './conservation/event-ledger.js';
export { refused, type Decision } from './decision.js';
export {
  askedWaitMs,
  concludeAttempt,
  deferWithoutAttempt,
  dieWithoutAttempt,
  putBack,
  type AttemptConclusion,
  type Deferral,
  type HopOutcome,
} from './delivery/conclude-attempt.js';
export {
  decideDiscard,
  decideReopen,
  type DiscardDecision,
  type ReopenDecision,
  type ReopenDelivery,
} from './delivery/decide-reopen.js';
export { deliveryIdOf, deliveryIdOfJob } from './delivery/delivery-id.js';
export { finishedState, type FinishedDelivery } from './delivery/finished-delivery.js';
export {
  createdBy,
  deliveriesOf,
  dueAtMsOf,
  evolveDelivery,
  initialDelivery,
  type DeliveryIdentity,
  type DeliveryState,
} from './delivery/delivery-state.js';
export {
  catalogueOf,
  inCatalogue,
  isInCatalogue,
  apiVersionFor,
  versionFor,
  type StoredEventType,
} from './event-type/catalogue.js';
export { compileSchema, type SchemaCompilation, type Validator } from './event-type/compile-schema.js';
export { decideEventType, type EventTypeCommand } from './event-type/decide-event-type.js';
export { PayloadSchemas } from './event-type/payload-schemas.js';
export { isDeeper } from './event-type/read-schema.js';
export {
  decideEndpoint,
  evolveEndpoint,
  type EndpointChanges,
  type EndpointCommand,
  type EndpointDecision,
} from './endpoint/decide-endpoint.js';
export {
  hasHeadersOf,
  headersInForce,
  replacedHeaders,
  sealedClearHeaders,
  withoutSupersededHeaders,
} from './endpoint/headers-in-force.js';
export { graceEndsAtMs, maxRetired, rotated, unexpired, type Grace } from './endpoint/rotate-secrets.js';
export { sameEvent, type AcceptedEvent } from './event/accepted-event.js';
export { parseEventType, type ParsedEventType } from './event/event-type.js';
export { isId, isTenantId } from './event/id.js';
export {
  memberOf,
  memberSpans,
  topLevelItems,
  topLevelMembers,
  type MemberSpan,
} from './event/json-slices.js';
export {
  readHttpEvent,
  readHttpEventText,
  type HttpEventContext,
  type HttpEventReading,
} from './event/read-http-event.js';
export { cloudEventId } from './event/cloud-event.js';
export { cloudEventModeOf, type CloudEventMode } from './event/cloud-event-modes.js';
export {
  readBinaryCloudEvent,
  readStructuredCloudEvent,
  readStructuredCloudEventText,
} from './event/read-http-cloud-event.js';
export {
  eventHeadersOf,
  eventIdOfPosition,
  readNatsEvent,
  readNatsEventHead,
  type NatsEventHeadReading,
  type NatsEventOfAnySize,
  type NatsEventMessage,
  type NatsEventReading,
} from './event/read-nats-event.js';
export { partitionsToRelease, wantsPartition, type FleetView } from './ownership/share-partitions.js';
export { parseRetryAfter } from './retry/retry-after.js';
export {
  isRetryableStatus,
  longestRetryAfterMs,
  maxAttempts,
  nextRetryDelayMs,
  rescheduleDelays,
  type RetryMoment,
} from './retry/retry-policy.js';
export { DeliveryFigures, otherErrors, type CountedAttempt } from './stats/delivery-figures.js';
export { LatencyHistogram } from './stats/latency-histogram.js';
export { EventView } from './subscription/event-view.js';
export { explainFilter, type FilterFailure } from './subscription/explain-filter.js';
export { firstWaitOf, type FirstWait } from './subscription/first-wait.js';
export { channelsMatch, compileFilters } from './subscription/filters.js';
export { decideApiKey, type ApiKeyCommand } from './api-key/decide-api-key.js';
export { decidePortalToken, type RevokePortalToken } from './portal-token/decide-portal-token.js';
export { decideTenant, type TenantCommand, type TenantLife } from './tenant/decide-tenant.js';
export { SubscriptionIndex, type Subscription } from './subscription/subscription-index.js';
