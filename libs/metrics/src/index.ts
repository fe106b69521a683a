export { EraseTenants } from './erase-tenants/erase-tenants.js';
export { MetricsModule } from './metrics.module.js';
export type { MetricsParts } from './parts.js';
export { Projections } from './project-log/projections.js';
export { PurgeDeliveries } from './purge-deliveries/purge-deliveries.js';
