import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { PositionLease } from '@postel/jetstream';
import { openDatabase, type Database, type Transaction } from '@postel/postgres';
import { expectNoLeaks, startTestPostgres, waitUntil, type TestPostgres } from '@postel/testing';
import { ShareTables, type Written } from './share-tables.js';

const names: readonly Written[] = ['archive', 'delivery-log'];

/** As much of a process that writes tables as this is about. */
class Writer {
  readonly writes = new Set<Written>();
  /** How often it took a table. */
  turns = 0;
  private readonly leases = new Map<Written, PositionLease<Transaction>>();
  private readonly share: ShareTables;

  constructor(readonly database: Database) {
    this.share = new ShareTables({
      acquire: (name) => database.projections.acquire(name),
      areAwaited: (all) => database.projections.areAwaited(all),
      nowMs: () => Date.now(),
    });
  }

  async step(): Promise<void> {
    for (const name of names) if (!this.writes.has(name)) await this.take(name);
    await this.share.look();
  }

  async stop(): Promise<void> {
    for (const lease of this.leases.values()) await lease.release();
    await this.database.close();
  }

  private async take(name: Written): Promise<void> {
    const lease = await this.share.acquire(name);
    if (!lease) return;
    this.turns += 1;
    this.writes.add(name);
    this.leases.set(name, lease);
    void lease.lost.then(async () => {
      await lease.release();
      this.leases.delete(name);
      this.writes.delete(name);
    });
  }
}

let server: TestPostgres;
let writers: Writer[];
let url: string;
beforeAll(async () => {
  server = await startTestPostgres();
});
beforeEach(async () => {
  url = await server.createDatabase();
  writers = [];
});
afterEach(() => Promise.all(writers.map((writer) => writer.stop())));
afterAll(async () => {
  await server.stop();
  await expectNoLeaks();
});

async function another(): Promise<Writer> {
  const database = await openDatabase({ url, poolSize: 2, applicationName: 'test' });
  if (writers.length === 0) await database.migrate();
  const writer = new Writer(database);
  writers.push(writer);
  return writer;
}

const stepAll = async () => {
  for (const writer of writers) await writer.step();
};
const written = () => writers.map(({ writes }) => [...writes].sort());

it('leaves one of the tables to a process that writes none, and takes it back when that is gone', async () => {
  const first = await another();
  await stepAll();
  expect(written()).toEqual([['archive', 'delivery-log']]);
  const second = await another();
  await waitUntil(async () => {
    await stepAll();
    // the first may still wait for the answer to its release
    return second.writes.has('archive') && !first.writes.has('archive');
  });
  expect(written()).toEqual([['delivery-log'], ['archive']]);
  // and so it stays, with a third one too
  await another();
  for (let n = 0; n < 20; n++) await stepAll();
  expect(written()).toEqual([['delivery-log'], ['archive'], []]);
  expect(writers.map(({ turns }) => turns)).toEqual([2, 1, 0]);
  writers = writers.filter((writer) => writer !== first);
  await first.stop();
  await waitUntil(async () => {
    await stepAll();
    return written().every((one) => one.length === 1);
  });
});
