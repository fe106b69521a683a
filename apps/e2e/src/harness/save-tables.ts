import { locatePostgresClient } from '@postel/testing';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyTables, pasteTables } from './copy-tables.js';

const run = promisify(execFile);

export interface SavedTables {
  /** Whether it was `pg_dump` that saved them: then the schema comes with them. */
  readonly dumped: boolean;
  /** Into an empty database; or into one that has the schema, and no rows, where they were not dumped. */
  readonly restore: (databaseUrl: string) => Promise<void>;
}

/**
 * With the commands of docs/how-to/back-up-and-restore.md. Where there is no `pg_dump` that can read the server, a copy of
 * the same rows stands in for it, and a word says so.
 */
export async function saveTables(databaseUrl: string, directory: string): Promise<SavedTables> {
  const located = await locatePostgresClient();
  if (!located.ok) {
    console.warn(`pg_dump and pg_restore (skipped, the tables are copied instead: ${located.reason})`);
    const copy = await copyTables(databaseUrl);
    return { dumped: false, restore: (target) => pasteTables(target, copy) };
  }
  const { pgDump, pgRestore } = located.client;
  const file = join(directory, 'postel.dump');
  await quietly(pgDump, ['--format=custom', `--file=${file}`, databaseUrl]);
  return { dumped: true, restore: (target) => quietly(pgRestore, [`--dbname=${target}`, file]) };
}

/** Both end with 0 and say nothing when nothing was wrong. */
async function quietly(program: string, args: readonly string[]): Promise<void> {
  const { stdout, stderr } = await run(program, args, { timeout: 60_000 });
  if (stdout + stderr !== '') throw new Error(`${program}: ${stdout}${stderr}`);
}
