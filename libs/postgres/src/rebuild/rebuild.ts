import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { errorCodeOf } from '../connection/errors.js';
import { DayPartitions, startOfPartition } from '../connection/day-partitions.js';
import { lockClass } from '../connection/locks.js';
import { connectAlone, type ConnectionSettings } from '../connection/settings.js';
import { inTransaction, sqlOf, type Sql } from '../connection/transaction.js';
import { openDatabase, type Database } from '../database.js';
import { copyOlder } from './copy-older.js';
import { rebuiltTables } from './rebuilt-tables.js';
import { partitionsOf, swapTables, type RebuildSchemas } from './swap-tables.js';

/** First positions of the streams: of LOG that of its first fact. */
export interface StreamReach {
  readonly EVENTS: number;
  readonly LOG: number;
}

export interface RebuildOptions extends ConnectionSettings {
  readonly onError: (error: Error) => void;
}

/** Tables beside the live ones, of which services know nothing until the swap. */
export interface TableRebuild {
  /** The new tables: every projection works on it as on any database. */
  readonly database: Database;
  /** Copies what the streams do not reach any more. @returns how many rows */
  copyOlder(reach: StreamReach, onCopied: (rows: number) => void): Promise<number>;
  /** After the projections have stopped: statistics for the planner. @returns rows by table */
  finish(): Promise<Readonly<Record<string, number>>>;
  /** In one transaction; services go on from the positions that the new tables have. */
  swap(): Promise<void>;
  /** Drops what is left: the tables that were replaced, or those that did not get so far. */
  end(): Promise<void>;
}

const [built, replaced] = ['rebuild', 'replaced'];
const swapTries = 40;
const lockNotAvailable = '55P03';
const deadlockDetected = '40P01';

/**
 * Makes an empty set of tables, after dropping what an earlier rebuild left that did not end.
 * @returns null while another one is under way
 * @throws DatabaseUnreachable
 */
export async function beginRebuild(options: RebuildOptions): Promise<TableRebuild | null> {
  const { onError } = options;
  const beside = { ...options, schema: built };
  const client = await connectAlone(beside, onError, { statement_timeout: 0 });
  try {
    const sql = sqlOf(client);
    const { rows } = await sql.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1, 1) AS locked', [
      lockClass.rebuild,
    ]);
    if (!rows[0]?.locked) {
      await client.end();
      return null;
    }
    await dropSchemas(sql);
    await sql.query(`CREATE SCHEMA ${built}`);
    const schemas = { live: await liveSchema(options), built, replaced };
    const database = await openDatabase({ ...beside, poolSize: 4 });
    await database.migrate();
    await seeErasures(sql, schemas);
    return rebuildOn(client, database, schemas, new DayPartitions(beside, onError));
  } catch (error) {
    await client.end().catch(onError);
    throw error;
  }
}

function rebuildOn(
  client: pg.Client,
  database: Database,
  schemas: RebuildSchemas,
  partitions: DayPartitions,
): TableRebuild {
  const sql = sqlOf(client);
  const { live } = schemas;
  return {
    database,
    copyOlder: async (reach, onCopied) => {
      let copied = 0;
      for (const table of rebuiltTables) {
        if (!table.older) continue;
        const sources = table.isPartitioned ? await partitionsOf(sql, live, table.name) : [table.name];
        for (const source of sources) {
          if (table.isPartitioned) await partitions.ensure([startOfPartition(source)]);
          copied += await copyOlder(sql, table, `${live}.${source}`, reach[table.older.stream]);
          onCopied(copied);
        }
      }
      copied += await copyErased(sql, schemas, partitions);
      onCopied(copied);
      return copied;
    },
    finish: async () => {
      await database.recount();
      const counts: Record<string, number> = {};
      for (const { name, older } of rebuiltTables) {
        await sql.query(`ANALYZE ${built}.${name}`);
        const { rows } = await sql.query<{ count: number }>(`SELECT count(*) AS count FROM ${built}.${name}`);
        if (older) counts[name] = rows[0]?.count ?? 0;
      }
      return counts;
    },
    swap: async () => {
      await sql.query(`CREATE SCHEMA ${replaced}`);
      await patiently(() => inTransaction(client, (tx) => swapTables(tx, schemas)));
    },
    end: async () => {
      await database.close();
      await dropSchemas(sql);
      await client.end();
    },
  };
}

/** The projections leave out what was erased on request, also while they make the tables anew: those erasures stay. */
async function seeErasures(sql: Sql, { live }: RebuildSchemas): Promise<void> {
  await sql.query(`DROP TABLE ${built}.erased_events`);
  await sql.query(`CREATE VIEW ${built}.erased_events AS SELECT * FROM ${live}.erased_events`);
}

/** Of an erased event EVENTS has nothing any more, wherever it stood. @returns how many */
async function copyErased(sql: Sql, { live }: RebuildSchemas, partitions: DayPartitions): Promise<number> {
  const { rows } = await sql.query<{ accepted_at: Date }>(
    `SELECT accepted_at FROM ${live}.erased_events GROUP BY accepted_at`,
  );
  await partitions.ensure(rows.map(({ accepted_at }) => accepted_at.getTime()));
  const { count } = await sql.query(`
INSERT INTO ${built}.events
SELECT e.* FROM ${live}.erased_events AS erased
  JOIN ${live}.events AS e ON e.seq = erased.event_seq AND e.accepted_at = erased.accepted_at
ON CONFLICT DO NOTHING`);
  return count;
}

/** Where the search path of the role, or of the URL, finds the tables. */
async function liveSchema(options: RebuildOptions): Promise<string> {
  const client = await connectAlone(options, options.onError);
  try {
    const { rows } = await client.query<{ schema: string }>(
      `SELECT relnamespace::regnamespace::text AS schema FROM pg_class WHERE oid = 'projection_positions'::regclass`,
    );
    return rows[0]?.schema ?? 'public';
  } finally {
    await client.end().catch(options.onError);
  }
}

/** A long reader is not waited for while everybody else waits behind us: it is tried again. */
async function patiently(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const code = errorCodeOf(error);
      if (tries === swapTries || (code !== lockNotAvailable && code !== deadlockDetected)) throw error;
      await delay(500);
    }
  }
}

/** Partition by partition: a transaction cannot hold the locks of any number of them. */
async function dropSchemas(sql: Sql): Promise<void> {
  for (const schema of [built, replaced]) {
    for (const { name } of rebuiltTables) {
      for (const partition of await partitionsOf(sql, schema, name))
        await sql.query(`DROP TABLE IF EXISTS ${schema}.${partition}`);
    }
    await sql.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  }
}
