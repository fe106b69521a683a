export { FirstWords } from './accept-event/first-words.js';
export { openApiDocument } from './describe-api/openapi-document.js';
export { IngestModule } from './ingest.module.js';
export { RecordKeyUse } from './record-key-use/record-key-use.js';
export type { IngestParts } from './parts.js';
export { registerIngestRoutes } from './register-routes.js';
