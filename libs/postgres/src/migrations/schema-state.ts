import type { Sql } from '../connection/transaction.js';
import { migrationNames, migrationsTable } from './all-migrations.js';

/** What has been done to a database, compared with what this version knows. Names, oldest first. */
export interface SchemaState {
  readonly applied: readonly string[];
  /** This version has them and the database does not: it is behind. */
  readonly pending: readonly string[];
  /** The database has them and this version does not: it is ahead. */
  readonly unknown: readonly string[];
}

/** This version cannot work with the schema that is there; the message is one line that can be shown. */
export class SchemaUnusable extends Error {
  override readonly name = 'SchemaUnusable';
}

export async function readSchemaState(sql: Sql, known = migrationNames): Promise<SchemaState> {
  const there = await namesIn(sql);
  return {
    applied: known.filter((name) => there.includes(name)),
    pending: known.filter((name) => !there.includes(name)),
    unknown: there.filter((name) => !known.includes(name)),
  };
}

async function namesIn(sql: Sql): Promise<readonly string[]> {
  const { rows: tables } = await sql.query<{ there: boolean }>(
    'SELECT to_regclass($1) IS NOT NULL AS there',
    [migrationsTable],
  );
  if (!tables[0]?.there) return [];
  const { rows } = await sql.query<{ name: string }>(`SELECT name FROM ${migrationsTable} ORDER BY id`);
  return rows.map(({ name }) => name);
}

/**
 * Why this version must not touch the schema; `null` when it may. One that is ahead by what the version before can work
 * with is no reason: so a roll and a way back need no pause.
 */
export function whyUntouchable({ pending, unknown }: SchemaState): string | null {
  const contract = unknown.find((name) => name.startsWith('Contract'));
  if (contract)
    return `the schema is ahead of this version, which cannot work with it any more since ${contract}: run the newer version, or take that migration back with it`;
  if (unknown.length > 0 && pending.length > 0)
    return `the schema has ${unknown.join(', ')}, which this version does not know, and lacks ${pending.join(', ')}, which it needs: it belongs to another line of versions`;
  return null;
}

/** Why this version cannot use the schema as it is; `null` when it can. */
export function whyUnusable(state: SchemaState): string | null {
  const why = whyUntouchable(state);
  if (why !== null || state.pending.length === 0) return why;
  return `the schema is behind this version, which waits for ${state.pending.join(', ')}: run its "migrate up"`;
}
