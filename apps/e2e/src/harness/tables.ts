import pg from 'pg';

/** What the projections write, in the order in which two sets of them are compared. */
const projected = {
  events: 'seq',
  deliveries: 'id',
  attempts: 'delivery_id, number',
  dead_letters: 'id',
} as const;

export type Tables = Readonly<Record<keyof typeof projected, readonly Readonly<Record<string, unknown>>[]>>;

/** Every row and every column of the tables that are made of the streams. */
export async function readTables(url: string): Promise<Tables> {
  return withDatabase(url, async (client) => {
    const tables: Record<string, readonly Record<string, unknown>[]> = {};
    for (const [table, order] of Object.entries(projected))
      tables[table] = (
        await client.query<Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY ${order}`)
      ).rows;
    return tables as Tables;
  });
}

/** Every figure by the hour. */
export async function readFigures(url: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return withDatabase(url, async (client) => {
    const sql = 'SELECT * FROM stats_hours ORDER BY start_at, tenant, endpoint_id';
    return (await client.query<Record<string, unknown>>(sql)).rows;
  });
}

/** Statements of an operator with `psql`. */
export async function runSql(url: string, ...statements: readonly string[]): Promise<number> {
  return withDatabase(url, async (client) => {
    let count = 0;
    for (const statement of statements) count += (await client.query(statement)).rowCount ?? 0;
    return count;
  });
}

async function withDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
