export { ProjectAudit } from './audit/project-audit.js';
export { EraseEvents } from './erase-event/erase-events.js';
export { CheckConservation } from './check-conservation/check-conservation.js';
export { EraseTenants } from './erase-tenants/erase-tenants.js';
export { ForgetPortalTokens } from './forget-portal-tokens/forget-portal-tokens.js';
export { forgetOnce, KeepRetention } from './keep-retention/keep-retention.js';
export { LiveAnswers } from './live/live-answers.js';
export { MeasureBroker } from './measure-broker/measure-broker.js';
export { MeasureTables } from './measure-tables/measure-tables.js';
export { MetricsModule } from './metrics.module.js';
export type { MetricsParts } from './parts.js';
export { Projections, type ProjectionParts } from './project-log/projections.js';
export { PurgeStreams } from './purge-streams/purge-streams.js';
export { RunRecovers } from './recover/run-recovers.js';
export { PurgeDeliveries } from './purge-deliveries/purge-deliveries.js';
export {
  rebuildProjections,
  type Follower,
  type RebuildProgress,
  type RebuildResult,
} from './rebuild-projections/rebuild-projections.js';
// for the app, which makes it and ends it
export { DeclaredVersions, TransformRunner } from '@postel/payload-versions';
