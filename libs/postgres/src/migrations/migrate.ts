import type { DataSource } from 'typeorm';
import { lockClass } from '../connection/locks.js';
import { connectAlone, type ConnectionSettings } from '../connection/settings.js';

/** Runs what is not yet applied; services that boot at once wait for the one that came first. */
export async function migrateUp(
  source: DataSource,
  settings: ConnectionSettings,
  onError: (error: Error) => void,
): Promise<void> {
  // Another's migration may take longer than any statement should.
  const client = await connectAlone(settings, onError, { statement_timeout: 0 });
  try {
    await client.query('SELECT pg_advisory_lock($1, 1)', [lockClass.migrations]);
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await client.end().catch(onError);
  }
}

/** Takes back all migrations, newest first: for tests and for an operator's way back. */
export async function migrateDown(source: DataSource): Promise<void> {
  for (let left = await appliedMigrations(source); left > 0; left--) {
    await source.undoLastMigration({ transaction: 'each' });
  }
}

async function appliedMigrations(source: DataSource): Promise<number> {
  const rows: { count: number }[] = await source.query(
    'SELECT count(*)::int AS count FROM postel_migrations',
  );
  return rows[0]?.count ?? 0;
}
