import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import pg from 'pg';
import { openDatabase } from '../database.js';
import { applyFacts, positioned } from '../test-database.js';
import * as f from '../test-facts.js';
import { DatabaseUnreachable } from './errors.js';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(async () => {
  await server.stop();
  await expectNoLeaks();
});

it('reads times and isolates transactions as it needs, whatever the database has as its own', async () => {
  const url = await server.createDatabase();
  const name = new URL(url).pathname.slice(1);
  const operator = new pg.Client({ connectionString: url });
  await operator.connect();
  await operator.query(`ALTER DATABASE ${name} SET datestyle = 'German, DMY'`);
  await operator.query(`ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`);
  await operator.query(`ALTER DATABASE ${name} SET timezone = 'America/St_Johns'`);
  await operator.query(`ALTER DATABASE ${name} SET idle_session_timeout = '5s'`);
  await operator.end();
  const db = await openDatabase({ url, poolSize: 2, applicationName: 'test' });
  try {
    await db.migrate();
    await applyFacts(db, positioned([f.fannedOut(1)]));
    const { items } = await db.deliveries.list('default', { limit: 1 });
    expect(items.map(({ createdAt }) => Number.isFinite(Date.parse(createdAt)))).toEqual([true]);
    const lease = await db.projections.acquire('log');
    const isolation = 'SHOW transaction_isolation';
    for (const transact of [db.transaction, lease?.transact.bind(lease)])
      expect((await transact?.((tx) => tx.query(isolation)))?.rows).toEqual([
        { transaction_isolation: 'read committed' },
      ]);
    // an end that nobody asked for, and a line of the log, every five seconds
    const idle = await db.transaction((tx) => tx.query('SHOW idle_session_timeout'));
    expect(idle.rows).toEqual([{ idle_session_timeout: '0' }]);
    await lease?.release();
  } finally {
    await db.close();
  }
});

it('keeps what it relies on, and the schema of a rebuild, beside the options of its URL', async () => {
  const url = new URL(await server.createDatabase());
  url.searchParams.set('options', '-c datestyle=German -c work_mem=5MB -c search_path=public');
  const live = await openDatabase({ url: url.href, poolSize: 1, applicationName: 'test' });
  await live.transaction((tx) => tx.query('CREATE SCHEMA beside'));
  const settings = { url: url.href, poolSize: 1, applicationName: 'test', schema: 'beside' };
  const db = await openDatabase(settings);
  try {
    const shown = await db.transaction((tx) =>
      tx.query(
        `SELECT current_setting('datestyle') AS datestyle, current_setting('work_mem') AS work_mem,
                current_schema() AS schema`,
      ),
    );
    expect(shown.rows).toEqual([{ datestyle: 'ISO, DMY', work_mem: '5MB', schema: 'beside' }]);
  } finally {
    await Promise.all([db.close(), live.close()]);
  }
});

it.each(['prefer', 'require', 'verify-ca'])(
  'means verify-full by sslmode=%s, as the driver does, which writes that beside the log',
  async (mode) => {
    const told = jest.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    const url = new URL(server.url);
    url.searchParams.set('sslmode', mode);
    const open = openDatabase({ url: url.href, poolSize: 1, applicationName: 'test' });
    await expect(open).rejects.toBeInstanceOf(DatabaseUnreachable);
    const said = told.mock.calls
      .map(([line]) => String(line))
      .filter((line) => /sslmode|SSL modes/.test(line));
    told.mockRestore();
    expect(said).toEqual([]);
  },
);
