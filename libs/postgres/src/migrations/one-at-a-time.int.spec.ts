import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import pg from 'pg';
import { openDatabase } from '../database.js';
import { allMigrations, migrationNames } from './all-migrations.js';
import { describeSchema, readAll, type Row } from './describe-schema.fixture.js';
import { migrateDown, migrateUp } from './migrate.js';
import { rowsOfEveryTable } from './rows-of-every-table.fixture.js';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(async () => {
  await server.stop();
  await expectNoLeaks();
});

function dueIfHeld(row: Row): Row {
  return row['due_at_ms'] === Number.MAX_SAFE_INTEGER ? { ...row, due_at_ms: row['deferred_at_ms'] } : row;
}

/** What the older schema cannot hold of a row: what is left of it there, or `null`. */
const losses: Readonly<Record<string, Readonly<Record<string, (row: Row) => Row | null>>>> = {
  KeepAndSetAside1764470000001: {
    events: (row) => ({ ...row, payload: row['payload'] ?? '\\x' }),
  },
  Conservation1764450000001: {
    projection_positions: (row) => (String(row['name']).startsWith('conservation') ? null : row),
  },
  JobsByPage1764420000001: {
    // nobody would resume one that is paused
    jobs: (row) =>
      row['kind'] === 'tenant_erasure'
        ? { ...row, state: row['state'] === 'paused' ? 'queued' : row['state'] }
        : null,
  },
  ReopenedInOrder1764490000001: {
    waiting: (row) => (row['reopened_at_ms'] === null ? row : dueIfHeld(row)),
  },
  WaitingByPartition1763800000003: { waiting: dueIfHeld },
};

it('takes each migration back and applies it again, with rows in every table', async () => {
  const [levels, url] = [await schemasByLevel(), await server.createDatabase()];
  const options = { url, applicationName: 'test' };
  const database = await openDatabase({ ...options, poolSize: 1 });
  await database.migrate();
  await database.close();
  const client = await connect(url);
  try {
    for (const statement of rowsOfEveryTable) await client.query(statement);
    const empty = [...(await readAll(client))].filter(([, rows]) => rows.length === 0);
    expect(empty).toEqual([]);

    for (let level = migrationNames.length; level > 0; level--) {
      const name = migrationNames[level - 1] as string;
      const before = await readAll(client);
      expect(await migrateDown(options)).toEqual([name]);
      expect(await describeSchema(client)).toEqual(levels[level - 1]);
      const after = await readAll(client);
      expectKept(before, after, losses[name]);

      expect(await migrateUp(options, name)).toEqual([name]);
      expect(await describeSchema(client)).toEqual(levels[level]);
      expectKept(after, await readAll(client), {});
      await migrateDown(options);
    }
    expect(await describeSchema(client)).toEqual([]);
  } finally {
    await client.end();
  }
}, 120_000);

it('goes all the way up again to the schema it had', async () => {
  const url = await server.createDatabase();
  const options = { url, applicationName: 'test' };
  await migrateUp(options);
  const client = await connect(url);
  try {
    const first = await describeSchema(client);
    expect(first.length).toBeGreaterThan(100);
    expect(await migrateDown(options, null)).toEqual([...migrationNames].reverse());
    await migrateUp(options);
    expect(await describeSchema(client)).toEqual(first);
  } finally {
    await client.end();
  }
});

it('has its migrations in the order of their times, by which they are applied', () => {
  const times = allMigrations.map(({ name }) => Number(name.slice(-13)));
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

/** The schema with so many migrations, made on an empty database. */
async function schemasByLevel(): Promise<readonly (readonly string[])[]> {
  const url = await server.createDatabase();
  const client = await connect(url);
  try {
    const levels = [await describeSchema(client)];
    for (const name of migrationNames) {
      await migrateUp({ url, applicationName: 'test' }, name);
      levels.push(await describeSchema(client));
    }
    return levels;
  } finally {
    await client.end();
  }
}

/** Every row of a table that is there on both sides has what it had, in the columns that are there on both sides. */
function expectKept(
  before: ReadonlyMap<string, readonly Row[]>,
  after: ReadonlyMap<string, readonly Row[]>,
  lossesOf: (typeof losses)[string] = {},
): void {
  for (const [table, rows] of before) {
    const now = after.get(table);
    if (!now) continue;
    const left = rows.map(lossesOf[table] ?? ((row) => row)).filter((row) => row !== null);
    const columns = Object.keys({ ...left[0] }).filter((column) => now.every((row) => column in row));
    const of = (some: readonly Row[]) =>
      some.map((row) => JSON.stringify(columns.map((column) => row[column]))).sort();
    expect([table, columns, of(now)]).toEqual([table, columns, of(left)]);
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
