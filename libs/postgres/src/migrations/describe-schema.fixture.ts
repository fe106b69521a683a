import type pg from 'pg';

/** One line for each table, column, constraint, index and sequence: what `pg_dump --schema-only` would tell, but partitions. */
export async function describeSchema(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(`
    WITH ours AS (
      SELECT c.oid AS id, c.relname, c.relkind, c.reloptions, pg_get_partkeydef(c.oid) AS partkey FROM pg_class c
       WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
         AND c.relkind IN ('r', 'p', 'S') AND c.relname NOT LIKE 'postel_migrations%')
    SELECT concat_ws(' ', relkind::text, relname, array_to_string(reloptions, ','), partkey) AS line
      FROM ours
    UNION ALL
    SELECT concat_ws(' ', 'column', relname, row_number() OVER (PARTITION BY id ORDER BY attnum), attname,
                     format_type(atttypid, atttypmod), attnotnull, attidentity::text, pg_get_expr(adbin, adrelid))
      FROM ours JOIN pg_attribute ON attrelid = id AND attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p')
      LEFT JOIN pg_attrdef ON adrelid = oid AND adnum = attnum
    UNION ALL
    SELECT concat_ws(' ', 'constraint', relname, conname, pg_get_constraintdef(c.oid))
      FROM ours JOIN pg_constraint c ON conrelid = id
    UNION ALL
    SELECT pg_get_indexdef(indexrelid) FROM ours JOIN pg_index ON indrelid = id
    ORDER BY 1`);
  return rows.map(({ line }) => line);
}

export type Row = Readonly<Record<string, unknown>>;

/** Every row of every table, partitions as their table. */
export async function readAll(client: pg.Client): Promise<ReadonlyMap<string, readonly Row[]>> {
  const { rows: tables } = await client.query<{ name: string }>(`
    SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND NOT relispartition AND relkind IN ('r', 'p')
       AND relname <> 'postel_migrations' ORDER BY 1`);
  const all = new Map<string, readonly Row[]>();
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: Row }>(`SELECT to_jsonb(t) AS row FROM ${name} AS t`);
    all.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  return all;
}
