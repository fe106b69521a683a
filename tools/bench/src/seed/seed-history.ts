import pg from 'pg';
import {
  historicAttempts,
  historicDeadLetters,
  historicDeliveries,
  historicEvents,
} from './history-columns.js';
import { insertSql } from './insert-sql.js';
import { columnsOf } from './table-columns.js';

export interface History {
  readonly deliveries: number;
  /** The last of them gets nothing, the first half of all. */
  readonly endpointIds: readonly string[];
  readonly smallEndpointId: string;
}

export const rareType = 'order.rare';
export const smallTenant = 'small';
const days = 7;
const dayMs = 86_400_000;
const tables = ['events', 'deliveries', 'attempts', 'dead_letters'] as const;

/**
 * Half of all is of the tenant `default`, and half of that of one endpoint; the rest of 200 others. Few fail, fewer are
 * discarded, and one type in some ten thousand is rare.
 */
const numbered = `
SELECT n, timestamptz 'epoch' + floor($1::float8 + n * $2::float8) * interval '1 millisecond' AS at,
       CASE WHEN n % 2 = 0 THEN 'default' WHEN n % 1000 = 1 THEN '${smallTenant}' ELSE 'tenant_' || n % 199 END AS tenant,
       CASE WHEN n % 4 = 0 THEN ($3::text[])[1]
            WHEN n % 2 = 0 THEN ($3::text[])[2 + n / 4 % (cardinality($3::text[]) - 2)]
            WHEN n % 1000 = 1 THEN $4::text
            ELSE 'ep_other_' || n % 199 || '_' || n / 199 % 5 END AS endpoint_id,
       CASE WHEN n % 50000 < 2 THEN '${rareType}' ELSE 'order.type' || n % 7 END AS type,
       CASE WHEN n * 7919 % 10007 < 150 THEN 'dead' WHEN n * 7919 % 10007 < 153 THEN 'discarded'
            WHEN n * 7919 % 10007 < 160 THEN 'retrying' WHEN n * 7919 % 10007 < 163 THEN 'pending'
            ELSE 'succeeded' END AS status
  FROM generate_series($5::bigint, $6::bigint) AS n`;

const sources = {
  events: { known: historicEvents, from: `FROM (${numbered}) AS d` },
  deliveries: { known: historicDeliveries, from: `FROM (${numbered}) AS d` },
  attempts: {
    known: historicAttempts,
    from: `FROM (${numbered}) AS d, generate_series(1, 2) AS number`,
  },
  dead_letters: { known: historicDeadLetters, from: `FROM (${numbered}) AS d WHERE d.status = 'dead'` },
};

/** Of the week until now; what is counted and noted of it is not made here. */
export async function seedHistory(
  databaseUrl: string,
  { deliveries, endpointIds, smallEndpointId }: History,
  step: (line: string) => void,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SET synchronous_commit = off');
    const spacingMs = (days * dayMs) / deliveries;
    const firstMs = Date.now() - days * dayMs;
    for (let day = 0; day <= days; day++) await makePartitions(client, firstMs + day * dayMs);
    for (let day = 0; day < days; day++) {
      step(`queries: seeding day ${day + 1} of ${days}`);
      const from = Math.floor((day * deliveries) / days);
      const to = Math.floor(((day + 1) * deliveries) / days) - 1;
      for (const table of tables) {
        const present = await columnsOf(client, table);
        const sql = insertSql({ table, present, ...sources[table] });
        await client.query(sql, [firstMs, spacingMs, endpointIds, smallEndpointId, from, to]);
      }
    }
  } finally {
    await client.end();
  }
}

/** What a database that has had the rows for a while has done long ago. */
export async function settleHistory(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const table of [...tables, 'stats_minutes', 'stats_hours', 'time_positions'])
      await client.query(`VACUUM (ANALYZE) ${table}`);
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

/** As the services name them, so that these find them. */
async function makePartitions(client: pg.Client, timeMs: number): Promise<void> {
  const startMs = Math.floor(timeMs / dayMs) * dayMs;
  const [from, to] = [startMs, startMs + dayMs].map((ms) => new Date(ms).toISOString());
  const day = new Date(startMs).toISOString().slice(0, 10).replaceAll('-', '');
  for (const table of ['events', 'deliveries', 'attempts'])
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${table}_${day} PARTITION OF ${table} FOR VALUES FROM ('${from}') TO ('${to}')`,
    );
}
