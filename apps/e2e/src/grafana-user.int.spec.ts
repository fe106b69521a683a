import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@postel/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { repositoryRoot, startChild } from './harness/child-process.js';

const script = readFileSync(join(repositoryRoot, 'deploy', 'grafana', 'read-only-user.sql'), 'utf8');

/** Where PostgreSQL is of an operator or of a provider, the owner of the tables may make no roles. */
describe("Grafana's account in the database", () => {
  let postgres: TestPostgres;
  let admin: pg.Client;
  let owner: pg.Client;
  // roles are of a whole server
  beforeEach(async () => {
    postgres = await startTestPostgres();
    const url = new URL(await postgres.createDatabase());
    admin = await connected(url.href);
    await admin.query("CREATE ROLE plain_owner LOGIN PASSWORD 'of-this-test'");
    await admin.query(`ALTER DATABASE ${url.pathname.slice(1)} OWNER TO plain_owner`);
    url.username = 'plain_owner';
    url.password = 'of-this-test';
    const env = { DATABASE_URL: url.href };
    const migration = await startChild({
      name: 'migrate',
      app: 'metrics',
      program: 'migrate',
      args: ['up'],
      env,
    });
    expect((await migration.exited).code).toBe(0);
    owner = await connected(url.href);
  }, 60_000);
  afterEach(async () => {
    await owner?.end();
    await admin?.end();
    await postgres?.stop();
  });

  it('is not made by an owner who may make none, and he is told so', async () => {
    await expect(owner.query(script)).rejects.toThrow('role "postel_grafana" does not exist');
  });

  it('gets its grants from such an owner, when somebody else has made it', async () => {
    await admin.query('CREATE ROLE postel_grafana LOGIN');
    const warnings: (string | undefined)[] = [];
    owner.on('notice', ({ message }) => warnings.push(message));
    await owner.query(script);
    expect(warnings).toEqual([expect.stringContaining('plain_owner may not change the role postel_grafana')]);
    const may = async (table: string, column: string) => {
      const asked = `SELECT has_column_privilege('postel_grafana', '${table}', '${column}', 'SELECT') AS may`;
      return (await owner.query<{ may: boolean }>(asked)).rows[0]?.may;
    };
    expect(await may('deliveries', 'status')).toBe(true);
    expect(await may('events', 'payload')).toBe(false);
  });

  it('has bounds where the owner may set them, and gets nothing where it may more than read', async () => {
    await admin.query('ALTER ROLE plain_owner CREATEROLE');
    await owner.query(script);
    const asked = `SELECT rolconnlimit, rolconfig FROM pg_roles WHERE rolname = 'postel_grafana'`;
    expect((await admin.query(asked)).rows).toEqual([
      { rolconnlimit: 10, rolconfig: ['default_transaction_read_only=on', 'statement_timeout=10s'] },
    ]);
    await admin.query('ALTER ROLE postel_grafana CREATEDB');
    await expect(owner.query(script)).rejects.toThrow('may more than read');
  });
});

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
