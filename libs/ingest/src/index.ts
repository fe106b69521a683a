export { FirstWords } from './accept-event/first-words.js';
export { IngestModule } from './ingest.module.js';
export { SourcesById } from './manage-sources/sources-by-id.js';
export { RecordKeyUse } from './record-key-use/record-key-use.js';
export type { IngestParts } from './parts.js';
export { registerIngestRoutes } from './register-routes.js';
export { RetireSecrets } from './retire-secrets/retire-secrets.js';
export { rewrapSecrets, type RewrapReport } from './rewrap-secrets/rewrap-secrets.js';
export { EndpointVault } from './rotate-secret/endpoint-vault.js';
// for the app, which makes it and ends it
export { TransformRunner } from '@postel/payload-versions';
