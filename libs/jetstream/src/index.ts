export { backUpStreams, BackupRefused, type BackUpOptions } from './backup/back-up-streams.js';
export type { BackupManifest, SavedDurable, SavedStream } from './backup/backup-manifest.js';
export { restoreStreams, type RestoreOptions } from './backup/restore-streams.js';
export type { OutgoingMessage } from './atomic-batch.js';
export { BatchingPublisher, type BatchingOptions, type Published } from './batching-publisher.js';
export { reportBroker, type BrokerReport, type ConsumerReport, type StreamReport } from './broker-report.js';
export { BesideLive, type BesideLiveParts, type BulkPacing } from './beside-live.js';
export { changeSecrets, type ChangedSecrets, type ChangeSecretsOptions } from './change-secrets.js';
export { ConfigTables, type EndpointChange, type EndpointEntry, type SecretsEntry } from './config-tables.js';
export { ConfigWriter, type Appended } from './config-writer.js';
export { BrokerUnreachable, connectBroker, type Broker, type BrokerOptions } from './connect-broker.js';
export { ConsumerRunner, type BatchHandler, type RunnerOptions } from './consumer-runner.js';
export type { DeletedTenant } from './deleted-tenants.js';
export { consumedUpTo, durablesOf } from './durables-of.js';
export { ensureConsumer } from './ensure-consumer.js';
export { addEventSubjects, ensureTopology, findTopologyDrift, TopologyDrift } from './ensure-topology.js';
export { EventTypeHistory } from './event-type-history.js';
export { FactLog, type FactLogOptions } from './fact-log.js';
export { formerPartitionConsumers } from './former-partitions.js';
export { followStream, type FollowOptions } from './follow-stream.js';
export { HandOuts } from './hand-outs.js';
export type { IncomingMessage } from './incoming-message.js';
export { KeepStreams, type KeepStreamsOptions } from './keep-streams.js';
export { JetStreamTransport, type Subscription, type TransportOptions } from './jetstream-transport.js';
export { ack, discard, retryAfter, waitHere, type Outcome } from './outcome.js';
export { PartitionOwnership, type FleetView, type OwnershipOptions } from './partition-ownership.js';
export { isBrokerUnavailable, PublishError, type PublishErrorKind } from './publish-error.js';
export { publishOnce, type MessageOnce, type PublishedOnce } from './publish-once.js';
export { readBackwards, type PositionedMessage } from './read-backwards.js';
export { readUpToNow, type ReadFrom } from './read-up-to-now.js';
export { readFactsSince } from './read-facts-since.js';
export { readStream, type ReadStreamOptions } from './read-stream.js';
export {
  ackFloorOf,
  eraseMessage,
  firstSequenceSince,
  lastSequenceOf,
  readLastMessage,
  readMessage,
  storedAtMsFrom,
  type StoredMessage,
} from './read-message.js';
export { refuseOtherStream } from './other-stream.js';
export {
  runProjection,
  type PositionLease,
  type PositionStore,
  type PreparedBatch,
  type ProjectionOptions,
  type StoredBatch,
} from './run-projection.js';
export { brokerClockOffsetMs, sampleSecrets, type SampledSecrets } from './probe-broker.js';
export { readServerInfo, type ServerInfo } from './server-info.js';
export { SharedRun } from './shared-run.js';
export { positionedFacts, positionedFactsInSteps, type PositionedFact } from './positioned-facts.js';
export { changeConfig, type ChangeConfigOptions, type ConfigChangeResult } from './change-config.js';
export { ConfigTable, type ConfigChange, type ConfigEntry } from './config-table.js';
export { allOfConfig, type ConfigNeeds, type RoutedEndpoint } from './held-endpoint.js';
export { inTrace } from './in-trace.js';
export { partsOfEvents, partsOfFacts, type TracedPart } from './trace-stored.js';
