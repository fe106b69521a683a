import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, waitUntil, type TestPostgres } from '@postel/testing';
import { applyFacts, openTestDatabase, positioned, rowsOf, type TestDatabase } from '../test-database.js';
import * as f from '../test-facts.js';

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

const canary = 'canary-of-the-payload';
const event = (n: number) => f.archived(n, { payload: Buffer.from(canary), headers: { echo: canary } });
const failed = (n: number) => {
  const fact = f.died(n, { hop: 2, attemptsMade: 2 });
  const response = { status: 503, headers: { echo: canary }, body: canary, truncated: false };
  return { ...fact, attempt: { ...f.failure(2), response } };
};
const record = (n: number) => test.db.transaction((tx) => test.db.erasedEvents.record(tx, [f.erased(n)]));
const archive = (n: number) => test.db.transaction((tx) => test.db.events.store(tx, [event(n)]));

/** Everything that the tables say, bytes too. */
async function everything(): Promise<string> {
  const tables = ['events', 'deliveries', 'attempts', 'dead_letters', 'waiting'];
  const rows = await Promise.all(tables.map((table) => rowsOf(test.db, table, '1, 2')));
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer'
      ? Buffer.from((value as unknown as { data: number[] }).data).toString()
      : value,
  );
}

async function bareAll(): Promise<void> {
  for (const open of await test.db.erasedEvents.open(0, 100))
    await test.db.erasedEvents.bareDeliveries(open, 1);
}

it('leaves nothing of a payload and of what was answered to it, and all figures', async () => {
  await archive(1);
  const invalid = { ...f.invalidEvent(2), message: canary };
  await archive(2);
  await applyFacts(test.db, positioned([f.fannedOut(1), failed(1), invalid]));
  expect((await everything()).split(canary).length).toBeGreaterThan(4);
  await record(1);
  await record(2);
  await bareAll();
  expect(await everything()).not.toContain(canary);
  expect(await test.db.events.find('default', 'evt_1')).toMatchObject({
    erasedAtMs: f.erased(1).atMs,
    id: 'evt_1',
  });
  const [delivery] = await test.db.deliveries.ofEvent('default', 'evt_1');
  expect(delivery).toMatchObject({ status: 'dead', attempts: 2, lastStatus: 503 });
  expect(await test.db.deliveries.attempts('default', f.deliveryId(1))).toMatchObject([
    { number: 2, response: { status: 503, body: '', headers: {} } },
  ]);
});

it('takes nothing that comes after the erasure, nor from a log that is read again', async () => {
  await record(1);
  await archive(1);
  await applyFacts(test.db, positioned([f.fannedOut(1), failed(1), f.fannedOut(3), failed(3)]));
  const rows = await everything();
  expect(rows.split(canary)).toHaveLength(3); // body and headers of the other one
  expect(await test.db.events.find('default', 'evt_1')).toMatchObject({ erasedAtMs: f.erased(1).atMs });
  const refs = [{ acceptedAtMs: f.startMs + 1, seq: 1 }];
  expect((await test.db.events.payloads(refs)).get(1)).toMatchObject({ isErased: true });
});

it('writes nothing as planned of what is about an erased event', async () => {
  await record(2);
  const planned = async (n: number) => {
    const planning = test.db.deliveries.plan();
    planning.read(positioned([f.fannedOut(1), f.fannedOut(n), failed(n), f.fannedOut(3)], n * 10));
    const plan = planning.end();
    return test.db.transaction(async (tx) => plan && (await test.db.deliveries.applyPlanned(tx, plan)));
  };
  expect(await planned(2)).toBe(false);
  expect(await rowsOf(test.db, 'deliveries', 'id')).toEqual([]);
  expect(await planned(4)).toBe(true); // one of a range is not all of it
});

it('has a row of an event that EVENTS has no more, so that a rebuilt archive adds up', async () => {
  await record(1);
  expect(await test.db.events.find('default', 'evt_1')).toMatchObject({ seq: 1, door: 'http', valid: true });
});

it('waits for whoever is writing a payload at this moment', async () => {
  const lease = await test.db.projections.acquire('delivery-log');
  let release = (): void => undefined;
  const isWriting = new Promise<void>((resolve) => (release = resolve));
  let recorded = false;
  const writing = lease?.apply(1, async (tx) => {
    await isWriting; // as if the statement were on its way
    await test.db.deliveries.apply(tx, positioned([f.fannedOut(1), failed(1)]));
  });
  // the position moves first, and is what an erasure waits for
  await waitUntil(async () => (await lockedRows()) > 0, { describe: 'the writer to have its position' });
  const recording = record(1).then(() => (recorded = true));
  await waitUntil(async () => (await waiters()) > 0, { describe: 'the erasure to wait' });
  expect(recorded).toBe(false);
  release();
  await Promise.all([writing, recording]);
  await lease?.release();
  await bareAll();
  expect(await everything()).not.toContain(canary);
});

it('lets what waits for a retry be due, and what waits for its turn wait', async () => {
  const ordering = { key: 'k' };
  await applyFacts(
    test.db,
    positioned([
      f.fannedOut(1, ['ep_1', 'ep_2']),
      f.deferred(1, { endpointId: 'ep_1', dueAtMs: f.startMs + 9e6 }),
      f.deferred(1, { endpointId: 'ep_2', reason: 'ordering', ordering }),
    ]),
  );
  await record(1);
  await bareAll();
  const due = (await rowsOf(test.db, 'waiting', 'delivery_id')) as { due_at_ms: number }[];
  expect(due.map(({ due_at_ms }) => due_at_ms)).toEqual([1, Number.MAX_SAFE_INTEGER]);
});

it('tells how far it is', async () => {
  const { erasedEvents } = test.db;
  expect(await erasedEvents.stateOf('default', 'evt_1')).toBeNull();
  await record(1);
  await record(1);
  expect(await erasedEvents.stateOf('default', 'evt_1')).toBe('erasing');
  await erasedEvents.noteDeliveries(1, 7);
  await erasedEvents.noteDeliveries(1, 9);
  expect(await erasedEvents.open(0, 10)).toMatchObject([{ eventSeq: 1, deliveriesUpTo: 7 }]);
  await erasedEvents.finish(1);
  expect(await erasedEvents.stateOf('default', 'evt_1')).toBe('erased');
  expect(await erasedEvents.stateOf('other', 'evt_1')).toBeNull();
  expect(await erasedEvents.open(0, 10)).toEqual([]);
  expect(await erasedEvents.among([1, 2])).toEqual(new Set([1]));
});

async function lockedRows(): Promise<number> {
  return count(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE '%UPDATE projection_positions%'`,
  );
}

async function waiters(): Promise<number> {
  return count(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR UPDATE'`,
  );
}

async function count(sql: string): Promise<number> {
  const { rows } = await test.db.transaction((tx) => tx.query<{ count: number }>(sql));
  return rows[0]?.count ?? 0;
}
