import type { Sql, Transaction } from '../connection/transaction.js';
import { rebuiltProjections, rebuiltTables } from './rebuilt-tables.js';
import { takeOverAccess } from './take-over-access.js';

/** Of the live tables; readers are waited for no longer than this, while all others wait. */
const patience = `SET LOCAL lock_timeout = '3s'`;

/** Names of schemas, as statements need them. */
export interface RebuildSchemas {
  /** Where services have their tables. */
  readonly live: string;
  readonly built: string;
  /** For the tables that are replaced. */
  readonly replaced: string;
}

/**
 * Puts the tables of one schema in the place of the live ones, and the positions with them, in this transaction. Live
 * writers lock their position first, as this does; afterwards their position is another than they left it, so that each
 * gives up and begins at the new one.
 */
export async function swapTables(tx: Transaction, { live, built, replaced }: RebuildSchemas): Promise<void> {
  await tx.query(patience);
  const positions = await positionsOf(tx, live, ' FOR UPDATE');
  const rebuilt = await positionsOf(tx, built, '');
  const names = rebuiltTables.map(({ name }) => `${live}.${name}`);
  await tx.query(`LOCK TABLE ${names.join(', ')} IN ACCESS EXCLUSIVE MODE`);
  await takeOverAccess(tx, { from: live, to: built }, await withPartitions(tx, built));
  await move(tx, live, replaced);
  await move(tx, built, live);
  for (const name of rebuiltProjections)
    await tx.query(`UPDATE ${live}.projection_positions SET seq = $2 WHERE name = $1`, [
      name,
      newPosition(rebuilt.get(name) ?? 0, positions.get(name)),
    ]);
  await keepErased(tx, live, replaced);
  await tx.query(`INSERT INTO ${live}.unprojected SELECT * FROM ${built}.unprojected ON CONFLICT DO NOTHING`);
}

/**
 * Of an event that was erased while the tables were made anew, its row may be missing there, or have its payload: it is
 * put back, and each erasure is carried out once more.
 */
async function keepErased(tx: Transaction, live: string, replaced: string): Promise<void> {
  await tx.query(
    `INSERT INTO ${live}.events
     SELECT e.* FROM ${live}.erased_events AS erased
       JOIN ${replaced}.events AS e ON e.seq = erased.event_seq AND e.accepted_at = erased.accepted_at
     ON CONFLICT (accepted_at, seq) DO UPDATE
        SET payload = excluded.payload, headers = excluded.headers, channels = excluded.channels,
            erased_at = excluded.erased_at`,
  );
  await tx.query(`UPDATE ${live}.erased_events SET finished_at = NULL`);
}

/** A writer at the very same position would not notice: one message is read again, which changes nothing. */
function newPosition(rebuilt: number, live: number | undefined): number {
  return rebuilt === live ? Math.max(0, rebuilt - 1) : rebuilt;
}

async function positionsOf(sql: Sql, schema: string, lock: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql.query<{ name: string; seq: number }>(
    `SELECT name, seq FROM ${schema}.projection_positions WHERE name = ANY ($1) ORDER BY name${lock}`,
    [[...rebuiltProjections]],
  );
  return new Map(rows.map(({ name, seq }) => [name, seq]));
}

async function move(tx: Transaction, from: string, to: string): Promise<void> {
  for (const { name } of rebuiltTables) {
    for (const partition of await partitionsOf(tx, from, name))
      await tx.query(`ALTER TABLE ${from}.${partition} SET SCHEMA ${to}`);
    await tx.query(`ALTER TABLE ${from}.${name} SET SCHEMA ${to}`);
  }
}

async function withPartitions(sql: Sql, schema: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { name } of rebuiltTables) names.push(name, ...(await partitionsOf(sql, schema, name)));
  return names;
}

export async function partitionsOf(sql: Sql, schema: string, table: string): Promise<readonly string[]> {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT child.relname AS name FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
      WHERE inhparent = to_regclass($1) ORDER BY 1`,
    [`${schema}.${table}`],
  );
  return rows.map(({ name }) => name);
}
