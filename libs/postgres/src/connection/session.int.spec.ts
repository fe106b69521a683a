import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import pg from 'pg';
import { openDatabase } from '../database.js';
import { applyFacts, positioned } from '../test-database.js';
import * as f from '../test-facts.js';

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
    await lease?.release();
  } finally {
    await db.close();
  }
});
