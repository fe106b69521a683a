import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, waitUntil, type TestPostgres } from '@postel/testing';
import pg from 'pg';
import { DatabaseUnreachable, isDatabaseUnavailable } from './connection/errors.js';
import { openDatabase } from './database.js';
import { applyFacts, positioned } from './test-database.js';
import * as f from './test-facts.js';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(async () => {
  await server.stop();
  await expectNoLeaks();
});

it('fails while PostgreSQL is away, and goes on when it is back', async () => {
  const errors: Error[] = [];
  const db = await openDatabase({
    url: await server.createDatabase(),
    poolSize: 4,
    applicationName: 'test',
    onError: (error) => errors.push(error),
  });
  await db.migrate();
  await applyFacts(db, positioned([f.fannedOut(1)]));
  const lease = await db.projections.acquire('log');
  const pause = Promise.withResolvers<undefined>();
  const entered = Promise.withResolvers<undefined>();
  const underWay = db.transaction(async (tx) => {
    entered.resolve(undefined);
    await pause.promise;
    await tx.query('SELECT 1');
  });
  await Promise.all([entered.promise, db.ping(), db.ping()]);

  await server.kill();
  await lease?.lost;
  pause.resolve(undefined);
  expect(await failureOf(underWay)).toBe('unavailable');
  expect(await failureOf(db.ping())).toBe('unavailable');
  expect(await failureOf(db.deliveries.list('default', { limit: 1 }))).toBe('unavailable');
  expect(await failureOf(lease?.apply(1, async () => undefined))).toBe('unavailable');
  await expect(db.projections.acquire('log')).rejects.toBeInstanceOf(DatabaseUnreachable);
  await lease?.release();

  await server.restart();
  await waitUntil(() => db.ping().then(() => true));
  await applyFacts(db, positioned([f.fannedOut(2)], 1));
  expect((await db.deliveries.list('default', { limit: 10 })).items).toHaveLength(2);
  const again = await db.projections.acquire('log');
  await again?.apply(3, async () => undefined);
  expect(await again?.position()).toBe(3);
  await again?.release();
  expect(errors.length).toBeGreaterThan(0);
  await db.close();
});

it('says that it takes no writes, and leaves connections that are told so for others', async () => {
  const url = await server.createDatabase();
  const db = await openDatabase({ url, poolSize: 1, applicationName: 'read-only', onError: () => undefined });
  await db.migrate();
  expect(await db.takesWrites()).toBe(true);
  const operator = new pg.Client({ connectionString: url });
  await operator.connect();
  const name = new URL(url).pathname.slice(1);
  try {
    // of new sessions, as those of a server that an address leads to after a failover
    await operator.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await operator.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'read-only'",
    );
    await waitUntil(async () => !(await db.takesWrites()));
    expect((await db.deliveries.list('default', { limit: 1 })).items).toEqual([]);
    const write = () => db.transaction((tx) => tx.query('DELETE FROM projection_positions'));
    expect(await failureOf(write())).toBe('unavailable');
    await operator.query('SET default_transaction_read_only = off');
    await operator.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    // on the connection that the first of these met, every one would fail
    expect(await failureOf(write().catch(() => write()))).toBe('none');
    expect(await db.takesWrites()).toBe(true);
  } finally {
    await operator.end();
    await db.close();
  }
});

it('says that it is there, and takes writes, while others have all connections of the pool', async () => {
  const url = await server.createDatabase();
  const db = await openDatabase({ url, poolSize: 1, applicationName: 'busy' });
  const ended = Promise.withResolvers<undefined>();
  const entered = Promise.withResolvers<undefined>();
  const reading = db.transaction(async () => {
    entered.resolve(undefined);
    await ended.promise;
  });
  await entered.promise;
  try {
    expect(await db.takesWrites()).toBe(true);
  } finally {
    ended.resolve(undefined);
    await reading;
    await db.close();
  }
});

async function failureOf(work: Promise<unknown> | undefined): Promise<unknown> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return isDatabaseUnavailable(error) ? 'unavailable' : error;
  }
}
