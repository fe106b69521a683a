import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectNoLeaks, freePort, startTestPostgres, type TestPostgres } from '@postel/testing';
import { DatabaseUnreachable } from '../connection/errors.js';
import { dataSourceOf, openDatabase } from '../database.js';
import { migrateDown, migrateUp } from './migrate.js';

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

it('migrates up, all the way down, and up again to the same schema', async () => {
  const options = { url: await server.createDatabase(), poolSize: 2, applicationName: 'test' };
  const source = await dataSourceOf(options, fail).initialize();
  const schema = () =>
    source.query(`SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
                   WHERE table_schema = 'public' AND table_name <> 'postel_migrations' ORDER BY 1, 2`);
  await migrateUp(source, options, fail);
  const first: unknown = await schema();
  expect(first).toEqual(expect.arrayContaining([expect.objectContaining({ table_name: 'deliveries' })]));

  await migrateDown(source);
  expect(await schema()).toEqual([]);

  await migrateUp(source, options, fail);
  expect(await schema()).toEqual(first);
  await source.destroy();
});

it('takes back the partitions with their tables', async () => {
  const options = { url: await server.createDatabase(), poolSize: 2, applicationName: 'test' };
  const db = await openDatabase(options);
  await db.migrate();
  const source = await dataSourceOf(options, fail).initialize();
  await migrateDown(source);
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
  const { migrations } = dataSourceOf(options, fail).options;
  expect(applied?.count).toBe(Object.values(migrations ?? {}).length);
  await Promise.all(services.map((service) => service.close()));
});

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
