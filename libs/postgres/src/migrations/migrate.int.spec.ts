import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectNoLeaks, freePort, startTestPostgres, waitUntil, type TestPostgres } from '@postel/testing';
import { DatabaseUnreachable } from '../connection/errors.js';
import { dataSourceOf, openDatabase } from '../database.js';
import { migrationNames } from './all-migrations.js';
import { migrateDown, migrateUp, readSchema } from './migrate.js';
import { SchemaUnusable } from './schema-state.js';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(async () => {
  await server.stop();
  await expectNoLeaks();
});

const fail = (error: Error) => {
  throw error;
};

it('takes back the partitions with their tables', async () => {
  const options = { url: await server.createDatabase(), poolSize: 2, applicationName: 'test' };
  const db = await openDatabase(options);
  await db.migrate();
  const source = await dataSourceOf(options, fail).initialize();
  await migrateDown(options, null);
  await db.close();
  const tables: unknown = await source.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
  expect(tables).toEqual([{ tablename: 'postel_migrations' }]);
  await source.destroy();
});

it('is run once when five services boot at the same time', async () => {
  const url = await server.createDatabase();
  const options = { url, poolSize: 1, applicationName: 'test' };
  const services = await Promise.all(Array.from({ length: 5 }, () => openDatabase(options)));
  await Promise.all(services.map((service) => service.migrate()));
  const [first] = services;
  const applied = await first?.transaction((tx) => tx.query('SELECT name FROM postel_migrations'));
  expect(applied?.count).toBe(migrationNames.length);
  await Promise.all(services.map((service) => service.close()));
});

describe('a version that finds another schema', () => {
  const newest = migrationNames[migrationNames.length - 1] as string;

  async function withSchema(...names: readonly string[]) {
    const options = { url: await server.createDatabase(), poolSize: 2, applicationName: 'test' };
    await migrateUp(options);
    const db = await openDatabase(options);
    for (const name of names)
      await db.transaction((tx) =>
        tx.query('INSERT INTO postel_migrations (timestamp, name) VALUES (1999999999999, $1)', [name]),
      );
    return { options, db };
  }

  it('does not touch one that is behind unless it may', async () => {
    const { options, db } = await withSchema();
    await migrateDown(options);
    await expect(db.prepare({ migrate: false })).rejects.toThrow(
      new SchemaUnusable(
        `the schema is behind this version, which waits for ${newest}: run its "migrate up"`,
      ),
    );
    expect((await readSchema(options)).pending).toEqual([newest]);
    await db.prepare({ migrate: true });
    expect(await db.prepare({ migrate: false })).toEqual({
      applied: migrationNames,
      pending: [],
      unknown: [],
    });
    await db.close();
  });

  it('goes on with one that is ahead, and takes nothing of it back', async () => {
    const { options, db } = await withSchema('MoreColumns1999999999999');
    expect((await db.prepare({ migrate: true })).unknown).toEqual(['MoreColumns1999999999999']);
    await expect(migrateDown(options)).rejects.toThrow(/does not know MoreColumns1999999999999/);
    await db.close();
  });

  it('refuses one that was contracted since', async () => {
    const { db } = await withSchema('ContractColumns1999999999999');
    for (const migrate of [true, false])
      await expect(db.prepare({ migrate })).rejects.toThrow(
        /cannot work with it any more since ContractColumns/,
      );
    await db.close();
  });

  it('refuses one of another line of versions', async () => {
    const { options, db } = await withSchema();
    await migrateDown(options);
    await db.transaction((tx) =>
      tx.query(
        `INSERT INTO postel_migrations (timestamp, name) VALUES (1999999999999, 'Other1999999999999')`,
      ),
    );
    await expect(db.prepare({ migrate: true })).rejects.toThrow(/another line of versions/);
    await expect(migrateUp(options)).rejects.toThrow(/another line of versions/);
    await db.close();
  });
});

it('lets those through that wait behind it for a table in use, and is done when that is free', async () => {
  const options = { url: await server.createDatabase(), poolSize: 2, applicationName: 'test' };
  await migrateUp(options);
  const db = await openDatabase(options);
  let free: () => void = () => undefined;
  const freed = new Promise<void>((resolve) => (free = resolve));
  const using = db.transaction(async (tx) => {
    await tx.query('SELECT FROM waiting'); // of the last migration
    await freed;
  });
  const said: string[] = [];
  const down = migrateDown({ ...options, onProgress: (line) => void said.push(line) });
  await waitUntil(() => said.some((line) => line.includes('in use')), {
    describe: 'the first try to give up',
  });
  free();
  await using;
  expect(await down).toHaveLength(1);
  await db.close();
}, 30_000);

it('says in one line where the database is missing, and never the password', async () => {
  const port = await freePort();
  const url = `postgres://someone:hunter2@127.0.0.1:${port}/postel`;
  const opening = openDatabase({ url, poolSize: 1, applicationName: 'test' });
  await expect(opening).rejects.toBeInstanceOf(DatabaseUnreachable);
  const error: unknown = await opening.catch((reason: unknown) => reason);
  const message = error instanceof Error ? error.message : '';
  expect(message).toMatch(
    new RegExp(`^Cannot reach PostgreSQL at host 127.0.0.1, port ${port}, database postel: .+$`),
  );
  expect(message).not.toContain('hunter2');
});

it.each([
  ['a database that does not exist', '/nowhere', /"nowhere" does not exist/],
  ['a URL that cannot be read', null, /URL/],
])('says so for %s', async (_, path, expected) => {
  const url = path === null ? 'postgres://x:hunter2@host:99999999/db' : new URL(path, server.url).href;
  const opening = openDatabase({ url, poolSize: 1, applicationName: 'test' });
  await expect(opening).rejects.toBeInstanceOf(DatabaseUnreachable);
  await expect(opening).rejects.toThrow(expected);
  await expect(opening).rejects.not.toThrow('hunter2');
});
