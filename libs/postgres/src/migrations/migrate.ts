import pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { lockClass } from '../connection/locks.js';
import { connectAlone, connectionConfig, type ConnectionSettings } from '../connection/settings.js';
import { sqlOf } from '../connection/transaction.js';
import { allMigrations, migrationsTable } from './all-migrations.js';
import { readSchemaState, SchemaUnusable, whyUntouchable, type SchemaState } from './schema-state.js';

export interface MigrateOptions extends ConnectionSettings {
  readonly onError?: ((error: Error) => void) | undefined;
  /** A step begins, or waits for a table that others hold. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/**
 * A migration that waits for a table makes all wait that come after it: it gives up soon, lets them through, and tries
 * again.
 */
const lockTimeoutMs = 2_000;
const tries = 30;

/**
 * Applies what is pending, in order and each in a transaction of its own, up to and with `to` (all). Any number of
 * processes at once: those that come second wait, and find it done.
 * @returns what was applied
 * @throws SchemaUnusable where this version must not touch what is there, and RangeError for a `to` that it does not know
 */
export function migrateUp(options: MigrateOptions, to?: string): Promise<readonly string[]> {
  const known = allMigrations.slice(0, countTo(to ?? newest()));
  return alone(options, async ({ pending }) => {
    const applied = pending.filter((name) => known.some((migration) => migration.name === name));
    if (applied.length === 0) return [];
    options.onProgress?.(`applying ${applied.join(', ')} …`);
    await withSource(options, known, (source) =>
      patiently(options, () => source.runMigrations({ transaction: 'each' })),
    );
    return applied;
  });
}

/**
 * Takes back, newest first, what came after `to`; all for `null`, and only the newest when `to` is not given. Rows stay as
 * far as the older schema can hold them.
 * @returns what was taken back
 * @throws as migrateUp, and SchemaUnusable for a schema that is ahead: only who made it knows how to take it back
 */
export function migrateDown(options: MigrateOptions, to?: string | null): Promise<readonly string[]> {
  const kept = to === undefined ? undefined : countTo(to);
  return alone(options, async ({ applied, unknown }) => {
    if (unknown.length > 0)
      throw new SchemaUnusable(
        `the schema is ahead of this version, which does not know ${unknown.join(', ')}: take it back with the version that made it`,
      );
    const undone = applied.slice(kept ?? Math.max(0, applied.length - 1)).reverse();
    await withSource(options, allMigrations, async (source) => {
      for (const name of undone) {
        options.onProgress?.(`taking back ${name} …`);
        await patiently(options, () => source.undoLastMigration({ transaction: 'each' }));
      }
    });
    return undone;
  });
}

export async function readSchema(options: MigrateOptions): Promise<SchemaState> {
  const client = await connectAlone(options, onErrorOf(options));
  try {
    return await readSchemaState(sqlOf(client));
  } finally {
    await client.end().catch(onErrorOf(options));
  }
}

function newest(): string {
  return (allMigrations[allMigrations.length - 1] as (typeof allMigrations)[number]).name;
}

/** How many migrations there are up to and with this one. @throws RangeError */
function countTo(name: string | null): number {
  const count = name === null ? 0 : allMigrations.findIndex((migration) => migration.name === name) + 1;
  if (name !== null && count === 0) throw new RangeError(`There is no migration ${name}`);
  return count;
}

/** One at a time in this database. */
async function alone<T>(options: MigrateOptions, work: (state: SchemaState) => Promise<T>): Promise<T> {
  const onError = onErrorOf(options);
  // another's migration may take longer than any statement should
  const client = await connectAlone(options, onError, { statement_timeout: 0 });
  try {
    await client.query('SELECT pg_advisory_lock($1, 1)', [lockClass.migrations]);
    const state = await readSchemaState(sqlOf(client));
    const why = whyUntouchable(state);
    if (why !== null) throw new SchemaUnusable(why);
    return await work(state);
  } finally {
    await client.end().catch(onError);
  }
}

async function withSource<T>(
  options: MigrateOptions,
  migrations: readonly (new () => unknown)[],
  work: (source: DataSource) => Promise<T>,
): Promise<T> {
  const source = new DataSource({
    type: 'postgres',
    driver: pg,
    url: options.url,
    poolSize: 1,
    poolErrorHandler: onErrorOf(options),
    // an index or a rewritten table takes as long as it takes
    extra: { ...connectionConfig(options), statement_timeout: 0, lock_timeout: lockTimeoutMs },
    migrations: [...migrations] as (new () => never)[],
    migrationsTableName: migrationsTable,
    installExtensions: false,
    logging: false,
  });
  await source.initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

async function patiently<T>(options: MigrateOptions, migrate: () => Promise<T>): Promise<T> {
  for (let left = tries; ; left--) {
    try {
      return await migrate();
    } catch (error) {
      if (left === 0 || !isLockTimeout(error)) throw error;
      options.onProgress?.('a table is in use by a long transaction; trying again …');
      await delay(1_000);
    }
  }
}

/** 55P03: lock_not_available */
function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}

function onErrorOf({ onError }: MigrateOptions): (error: Error) => void {
  return onError ?? (() => undefined);
}
