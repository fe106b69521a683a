import { auditRoutes } from './audit-routes.js';
import { deadLetterRoutes } from './dead-letter-routes.js';
import { deliveryRoutes } from './delivery-routes.js';
import { endpointRoutes } from './endpoint-routes.js';
import { eventRoutes } from './event-routes.js';
import { eventTypeRoutes } from './event-type-routes.js';
import { publicRoutes } from './public-routes.js';
import type { Route } from './route.js';
import { jobRoutes } from './job-routes.js';
import { liveRoutes } from './live-routes.js';
import { portalTokenRoutes } from './portal-token-routes.js';
import { sessionRoutes } from './session-routes.js';
import { sourceRoutes } from './source-routes.js';
import { statsRoutes } from './stats-routes.js';
import { tenantRoutes } from './tenant-routes.js';

/**
 * Every route of the API as data: who serves it, who may call it, what it takes and what it answers. ingest registers
 * its own, forwards the rest, and makes the OpenAPI document of it; a test holds the table and the running services
 * together.
 */
export const routes: readonly Route[] = [
  ...eventRoutes,
  ...eventTypeRoutes,
  ...endpointRoutes,
  ...deliveryRoutes,
  ...deadLetterRoutes,
  ...statsRoutes,
  ...tenantRoutes,
  ...portalTokenRoutes,
  ...sourceRoutes,
  ...jobRoutes,
  ...auditRoutes,
  ...sessionRoutes,
  ...liveRoutes,
  ...publicRoutes,
];
