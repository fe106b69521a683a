import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openDatabase } from '../database.js';
import { applyFacts, openTestDatabase, positioned, type TestDatabase } from '../test-database.js';
import * as f from '../test-facts.js';
import { beginRebuild } from './rebuild.js';

let server: TestPostgres;
let test: TestDatabase;
let owner: pg.Client;
// roles are the whole server's
const suffix = randomBytes(4).toString('hex');
const [reader, Writer] = [`reader_${suffix}`, `Writer-${suffix}`];
beforeAll(async () => {
  server = await startTestPostgres();
});
beforeEach(async () => {
  test = await openTestDatabase(server);
  owner = new pg.Client({ connectionString: test.url });
  await owner.connect();
  for (const role of [reader, Writer]) await owner.query(`CREATE ROLE "${role}"`);
});
afterEach(async () => {
  for (const role of [reader, Writer]) await owner.query(`DROP OWNED BY "${role}"; DROP ROLE "${role}"`);
  await owner.end();
  await test.db.close();
});
afterAll(async () => {
  await server.stop();
  await expectNoLeaks();
});

async function rebuildTables(url = test.url): Promise<void> {
  const onError = (error: Error) => {
    throw error;
  };
  const rebuild = await beginRebuild({ url, applicationName: 'rebuild', onError });
  if (!rebuild) throw new Error('another rebuild is under way');
  try {
    const everything = Number.MAX_SAFE_INTEGER;
    await rebuild.copyOlder({ EVENTS: everything, LOG: everything }, () => undefined);
    await rebuild.finish();
    await rebuild.swap();
  } finally {
    await rebuild.end();
  }
}

/** Whose each table is, and each privilege of each role on it, its partitions and its columns. */
async function access(): Promise<readonly object[]> {
  const { rows } = await owner.query<object>(`
    SELECT relname, NULL AS attname, relowner::regrole, given.grantee, given.privilege_type, given.is_grantable
      FROM pg_class LEFT JOIN LATERAL aclexplode(relacl) AS given ON given.grantee <> relowner
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
     UNION ALL
    SELECT relname, attname, relowner::regrole, given.grantee, given.privilege_type, given.is_grantable
      FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid, aclexplode(attacl) AS given
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
     ORDER BY 1, 2 NULLS FIRST, 4, 5`);
  return rows;
}

it('leaves every role what it may do, and no role more', async () => {
  await applyFacts(test.db, positioned([f.fannedOut(1), f.died(1)]));
  const { rows } = await owner.query<{ name: string }>(
    `SELECT min(relname) AS name FROM pg_class WHERE relname ~ '^deliveries_\\d{8}$'`,
  );
  await owner.query(`
    GRANT SELECT (id, tenant), UPDATE (tenant) ON deliveries TO ${reader};
    GRANT SELECT, DELETE ON dead_letters TO "${Writer}" WITH GRANT OPTION;
    GRANT INSERT ON dead_letters TO "${Writer}";
    GRANT SELECT ON ${rows[0]?.name ?? ''} TO ${reader};
    GRANT SELECT ON stats_hours TO PUBLIC;
    GRANT SELECT ON jobs TO ${reader};
    ALTER TABLE stats_minutes OWNER TO "${Writer}";
    ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${reader};
    GRANT USAGE, CREATE ON SCHEMA public TO "${Writer}"`);
  const before = await access();
  await rebuildTables();
  expect(await access()).toEqual(before);
  // and as the roles see it
  await owner.query(`SET ROLE ${reader}`);
  await expect(owner.query('SELECT id, tenant FROM deliveries')).resolves.toMatchObject({ rowCount: 1 });
  await expect(owner.query('SELECT url FROM deliveries')).rejects.toThrow('permission denied');
  await expect(owner.query('SELECT FROM attempts')).rejects.toThrow('permission denied');
  await owner.query('RESET ROLE');
});

it('finds the tables where the role has them', async () => {
  const url = new URL(test.url);
  url.searchParams.set('options', '-c search_path=own');
  await owner.query('CREATE SCHEMA own');
  const db = await openDatabase({ url: url.href, poolSize: 2, applicationName: 'test' });
  try {
    await db.migrate();
    await applyFacts(db, positioned([f.fannedOut(1), f.died(1)]));
    const deliveries = async () => (await db.deliveries.list('default', { limit: 10 })).items;
    const madeOf = async (schema: string) =>
      (await owner.query(`SELECT to_regclass('${schema}.deliveries')::oid AS oid`)).rows[0] as object;
    const before = [await deliveries(), await madeOf('own'), await madeOf('public')];
    expect(before[0]).toHaveLength(1);
    await rebuildTables(url.href);
    const after = [await deliveries(), await madeOf('own'), await madeOf('public')];
    expect(after).toEqual([before[0], expect.not.objectContaining(before[1] as object), before[2]]);
    const { rows } = await owner.query(
      `SELECT to_regnamespace('rebuild') AS built, to_regnamespace('replaced') AS old`,
    );
    expect(rows).toEqual([{ built: null, old: null }]);
  } finally {
    await db.close();
  }
});
