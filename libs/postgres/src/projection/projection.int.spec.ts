import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, waitUntil, type TestPostgres } from '@postel/testing';
import { ProjectionMoved } from '../connection/errors.js';
import { openDatabase, type Database } from '../database.js';
import { positioned, openTestDatabase, type TestDatabase } from '../test-database.js';
import { fannedOut } from '../test-facts.js';
import type { ProjectionLease } from './projection-lease.js';

let server: TestPostgres;
let test: TestDatabase;
beforeAll(async () => {
  server = await startTestPostgres();
});
beforeEach(async () => {
  test = await openTestDatabase(server);
});
afterEach(async () => {
  await test.db.close();
});
afterAll(async () => {
  await server.stop();
  await expectNoLeaks();
});

async function acquire(name = 'log'): Promise<ProjectionLease> {
  const lease = await test.db.projections.acquire(name);
  if (!lease) throw new Error(`${name} is taken`);
  return lease;
}

const nothing = async () => undefined;

it('is held by one at a time, and by the next after its release', async () => {
  const first = await acquire();
  expect(await test.db.projections.acquire('log')).toBeNull();
  const other = await acquire('another');
  await first.release();
  const second = await acquire();
  await Promise.all([second.release(), other.release()]);
});

it('keeps the position together with what was written', async () => {
  const lease = await acquire();
  expect(await lease.position()).toBe(0);
  await lease.apply(7, (tx) => test.db.deliveries.apply(tx, positioned([fannedOut(1)])));
  const failing = lease.apply(9, async (tx) => {
    await test.db.deliveries.apply(tx, positioned([fannedOut(2)], 7));
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await lease.position()).toBe(7);
  expect((await test.db.deliveries.list('default', { limit: 10 })).items).toHaveLength(1);
  await lease.apply(7, nothing);
  await expect(lease.apply(6, nothing)).rejects.toBeInstanceOf(RangeError);
  await lease.release();

  const next = await acquire();
  expect(await next.position()).toBe(7);
  await next.release();
});

it('writes nothing when another has moved the position', async () => {
  const lease = await acquire();
  await lease.apply(5, nothing);
  await test.db.transaction((tx) => tx.query('UPDATE projection_positions SET seq = 6'));
  const fenced = lease.apply(8, (tx) => test.db.deliveries.apply(tx, positioned([fannedOut(1)])));
  await expect(fenced).rejects.toBeInstanceOf(ProjectionMoved);
  expect((await test.db.deliveries.list('default', { limit: 10 })).items).toEqual([]);
  expect(await lease.position()).toBe(6);
  await lease.release();
});

it('reports when a statement failed inside of work that went on', async () => {
  const lease = await acquire();
  const careless = lease.apply(5, async (tx) => {
    await tx.query('SELECT 1 / 0').catch(() => undefined);
  });
  await expect(careless).rejects.toThrow(/rolled back/);
  expect(await lease.position()).toBe(0);
  await lease.release();
});

it('is lost with its connection, cannot write any more, and another takes over', async () => {
  const lease = await acquire();
  await lease.apply(5, nothing);
  await test.db.transaction((tx) =>
    tx.query(`SELECT pg_terminate_backend(pid) FROM pg_locks
               WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`),
  );
  await lease.lost;
  expect(lease.isLost).toBe(true);
  await expect(lease.apply(6, nothing)).rejects.toThrow();
  await lease.release();
  const next = await waitUntil(() => test.db.projections.acquire('log'));
  expect(await next?.position()).toBe(5);
  await next?.release();
});

describe('standing by', () => {
  let other: Database;
  beforeEach(async () => {
    other = await openDatabase({ url: test.url, poolSize: 2, applicationName: 'other' });
  });
  afterEach(() => other.close());

  const connections = async () => {
    const { rows } = await test.db.transaction((tx) =>
      tx.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE application_name = 'other' AND query LIKE '%advisory%' ORDER BY pid`,
      ),
    );
    return rows;
  };

  it('keeps the connection on which it asks, until it has what it asks for', async () => {
    const lease = await acquire();
    expect(await other.projections.acquire('log')).toBeNull();
    const before = await connections();
    expect(before).toHaveLength(1);
    for (let n = 0; n < 20; n++) expect(await other.projections.acquire('log')).toBeNull();
    expect(await connections()).toEqual(before);
    await lease.apply(3, nothing);
    await lease.release();
    const next = await waitUntil(() => other.projections.acquire('log'));
    expect(await next?.position()).toBe(3);
    await next?.release();
  });

  it('is seen by others, for all of the names that are asked for, as long as it lasts', async () => {
    const names = ['log', 'events'];
    const leases = [await acquire('log'), await acquire('events')];
    const areAwaited = () => test.db.projections.areAwaited(names);
    expect(await areAwaited()).toBe(false);
    await other.projections.acquire('log');
    expect(await areAwaited()).toBe(false);
    await other.projections.acquire('events');
    expect(await areAwaited()).toBe(true);
    await leases[0]?.release();
    const taken = await waitUntil(() => other.projections.acquire('log'));
    expect(await areAwaited()).toBe(false);
    await taken?.release();
    await other.projections.close();
    await waitUntil(async () => (await connections()).length === 0);
    await leases[1]?.release();
  });

  it('begins anew when its connection broke', async () => {
    const lease = await acquire();
    await other.projections.acquire('log');
    await test.db.transaction((tx) =>
      tx.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'other'`),
    );
    await waitUntil(async () => (await connections()).length === 0);
    await waitUntil(() =>
      other.projections.acquire('log').then(
        (none) => none === null,
        () => false,
      ),
    );
    await lease.release();
    const next = await waitUntil(() => other.projections.acquire('log'));
    await next?.release();
  });
});
