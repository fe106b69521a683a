import pg from 'pg';

/** What `pg_dump` would write, of one moment; there is none beside the embedded server. */
export interface TablesCopy {
  readonly partitions: readonly string[];
  readonly rows: ReadonlyMap<string, string>;
}

export async function copyTables(url: string): Promise<TablesCopy> {
  return connected(url, async (client) => {
    // all tables as of the same moment, beside whoever writes them
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows: partitions } = await client.query<{ sql: string }>(`
      SELECT format('CREATE TABLE %I PARTITION OF %I %s', c.relname, p.relname, pg_get_expr(c.relpartbound, c.oid)) AS sql
        FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid JOIN pg_class p ON p.oid = inhparent
       WHERE c.relkind = 'r' ORDER BY 1`);
    const { rows: tables } = await client.query<{ name: string }>(`
      SELECT relname AS name FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
         AND relname <> 'postel_migrations'`);
    const rows = new Map<string, string>();
    for (const { name } of tables) {
      const { rows: found } = await client.query<{ rows: string }>(
        `SELECT coalesce(json_agg(t), '[]')::text AS rows FROM ${name} AS t`,
      );
      rows.set(name, found[0]?.rows ?? '[]');
    }
    await client.query('COMMIT');
    return { partitions: partitions.map(({ sql }) => sql), rows };
  });
}

/** Into a database that has the schema, and no rows. */
export async function pasteTables(url: string, copy: TablesCopy): Promise<void> {
  await connected(url, async (client) => {
    for (const sql of copy.partitions) await client.query(sql);
    for (const [name, rows] of copy.rows)
      await client.query(
        `INSERT INTO ${name} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::${name}, $1)`,
        [rows],
      );
  });
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
