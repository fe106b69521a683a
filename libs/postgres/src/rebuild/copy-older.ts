import type { Sql } from '../connection/transaction.js';
import type { RebuiltTable } from './rebuilt-tables.js';

const rowsAtOnce = 5_000;

/**
 * Copies the rows that lie below a position, in bounded statements. What facts of the log say later of them is applied to
 * the copies when these are read: they know what they have seen.
 * @param source with its schema: the table, or one partition of it
 * @returns how many
 */
export async function copyOlder(
  sql: Sql,
  { name, older }: RebuiltTable,
  source: string,
  below: number,
): Promise<number> {
  if (!older) return 0;
  const statement = await copySql(sql, name, older, source);
  let after: readonly string[] | null = null;
  let copied = 0;
  for (;;) {
    const { rows } = await sql.query<{ count: number; last: string[] | null }>(statement, [
      below,
      ...Object.keys(older.key).map((_, index) => after?.[index] ?? null),
    ]);
    const { count = 0, last = null }: { count?: number; last?: string[] | null } = rows[0] ?? {};
    copied += count;
    if (count < rowsAtOnce || !last) return copied;
    after = last;
  }
}

async function copySql(
  sql: Sql,
  table: string,
  { key, position }: NonNullable<RebuiltTable['older']>,
  source: string,
): Promise<string> {
  const columns = await columnsOf(sql, table);
  const keys = Object.keys(key);
  const given = Object.values(key).map((type, index) => `$${index + 2}::${type}`);
  const texts = keys.map((name) => `${name}::text`).join(', ');
  return `
WITH batch AS MATERIALIZED (
  SELECT ${columns} FROM ${source}
   WHERE ${position} < $1 AND (${given[0]} IS NULL OR (${keys.join(', ')}) > (${given.join(', ')}))
   ORDER BY ${keys.join(', ')} LIMIT ${rowsAtOnce}
), copied AS (
  INSERT INTO ${table} (${columns}) SELECT ${columns} FROM batch ON CONFLICT DO NOTHING
)
SELECT (SELECT count(*) FROM batch)::int AS count,
       (SELECT ARRAY[${texts}] FROM batch ORDER BY ${keys.map((name) => `${name} DESC`).join(', ')} LIMIT 1) AS last`;
}

async function columnsOf(sql: Sql, table: string): Promise<string> {
  const { rows } = await sql.query<{ names: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS names
       FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [table],
  );
  return rows[0]?.names ?? '';
}
