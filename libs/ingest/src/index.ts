export { FirstWords } from './accept-event/first-words.js';
export { openApiDocument } from './describe-api/openapi-document.js';
export { IngestModule } from './ingest.module.js';
export type { IngestParts } from './parts.js';
export { registerIngestRoutes } from './register-routes.js';
// for the app, which makes it and ends it
export { TransformRunner } from '@postel/payload-versions';
