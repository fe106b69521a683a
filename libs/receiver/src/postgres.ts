export { idempotencyTable, PostgresIdempotencyStore } from './handle-once/postgres-store.js';
export type { PostgresPool } from './postgres-pool.js';
export { inboxTables, PostgresInboxStore } from './work-later/postgres-inbox.js';
