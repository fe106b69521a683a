import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { LogFact } from '@postel/contracts';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { applyFacts, openTestDatabase, positioned, rowsOf, type TestDatabase } from '../test-database.js';
import * as f from '../test-facts.js';
import type { RetentionDays, RetentionPolicy } from './retention-policy.js';

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

const dayMs = 86_400_000;
const startDay = Math.floor(f.startMs / dayMs);
const page = { limit: 10 };

const days = (rowDays: number, parts: Partial<RetentionDays> = {}): RetentionDays => ({
  rowDays,
  payloadDays: rowDays,
  attemptDays: rowDays,
  ...parts,
});
const fleetOf = (rowDays: number): RetentionPolicy => ({ fleet: days(rowDays), tenants: new Map() });
/** Late enough for everything that happened on day `n` to have ended long ago. */
const onDay = (n: number) => (startDay + n) * dayMs + dayMs - 1;
const at = (day: number) => ({ acceptedAtMs: f.startMs + day * dayMs });

/** Of a tenant an event a day, numbered `day + from`, and its delivery, which ended so. */
async function fill(
  someDays: readonly number[],
  {
    tenant = 'default',
    from = 0,
    end = f.died,
  }: { tenant?: string; from?: number; end?: (n: number) => LogFact | null } = {},
): Promise<void> {
  await test.db.transaction((tx) =>
    test.db.events.store(
      tx,
      someDays.map((day) => f.archived(day + from, { ...at(day), tenant })),
    ),
  );
  const facts = someDays.flatMap((day): LogFact[] => {
    const ended = end(day + from);
    const about = { ...at(day), tenant, atMs: at(day).acceptedAtMs + 5 };
    return [{ ...f.fannedOut(day + from), ...about }, ...(ended ? [{ ...ended, ...about }] : [])];
  });
  await applyFacts(test.db, positioned(facts, from * 100));
}

const eventsOf = async (tenant = 'default') =>
  (await test.db.events.list(tenant, page)).items.map(({ id }) => id).reverse();
const deliveriesOf = async (tenant = 'default') =>
  (await test.db.deliveries.list(tenant, page)).items.map(({ eventId }) => eventId).reverse();
const deadLettersOf = async (tenant = 'default') =>
  (await test.db.deadLetters.list(tenant, page)).items.map(({ eventId }) => eventId).reverse();
const attemptsOf = async (n: number, tenant = 'default') =>
  (await test.db.deliveries.attempts(tenant, f.deliveryId(n))).length;

it('forgets whole days, and all that belongs to them', async () => {
  await fill([1, 2, 3]);
  const forgotten = await test.db.retention.keep(fleetOf(7), onDay(10));
  expect(forgotten).toMatchObject({ deadLetters: 2, jobs: 0, rows: 0 });
  expect(forgotten.partitions.filter((name) => name.startsWith('events_'))).toHaveLength(2);
  for (const list of [eventsOf, deliveriesOf, deadLettersOf]) expect(await list()).toEqual(['evt_3']);
  expect(await attemptsOf(1)).toBe(0);
  expect(await attemptsOf(3)).toBe(1);
  const again = await test.db.retention.keep(fleetOf(7), onDay(10));
  expect(again).toEqual({ partitions: [], rows: 0, payloads: 0, deadLetters: 0, jobs: 0, auditEntries: 0 });
});

it('forgets what was reopened in order when that has long ended', async () => {
  const part = (sequence: number) => ({ hop: 2, attemptsMade: 1, ordering: { key: 'k', sequence } });
  await applyFacts(
    test.db,
    positioned([
      f.reopened(1, part(1)),
      f.reopened(2, part(2)),
      f.succeeded(1, { ...part(1), hop: 3, attemptsMade: 2, reopenedAtMs: 1 }),
    ]),
  );
  const left = () => rowsOf(test.db, 'reopened_in_order', 'delivery_id');
  await test.db.retention.keep(fleetOf(7), onDay(6));
  expect(await left()).toHaveLength(2);
  await test.db.retention.keep(fleetOf(7), onDay(8));
  expect(await left()).toMatchObject([{ delivery_id: f.deliveryId(2) }]);
});

it('has a place again for what comes late of a day that was forgotten', async () => {
  await fill([1, 2]);
  await test.db.retention.keep(fleetOf(1), onDay(9));
  await applyFacts(test.db, positioned([{ ...f.fannedOut(7), ...at(1) }], 10));
  expect(await test.db.deliveries.find('default', f.deliveryId(7))).toMatchObject({ eventId: 'evt_7' });
});

it('forgets jobs that nobody resumed for so long', async () => {
  const { jobs } = test.db;
  const parameters = { endpointId: 'ep_1', only: 'all', sinceMs: 0, lastEventSeq: 9, actor: 'x' } as const;
  for (const id of ['job_1', 'job_2'])
    await jobs.create({ id, tenant: 'acme', kind: 'recover', createdAtMs: 0, parameters });
  await jobs.pause('job_1');
  expect(await test.db.retention.keep(fleetOf(7), Date.now() + 9 * dayMs)).toMatchObject({ jobs: 1 });
  expect(await jobs.find('job_1')).toBeNull();
  expect(await jobs.find('job_2')).not.toBeNull();
});

it('keeps what is under way, with its event, however old it is, and forgets the rest of its day later', async () => {
  await fill([1], { end: f.succeeded });
  await fill([1], { from: 10, end: f.deferred });
  await fill([1], { from: 20, end: () => null });
  await test.db.retention.keep(fleetOf(7), onDay(9));
  expect(await deliveriesOf()).toEqual(['evt_1', 'evt_11', 'evt_21']);
  expect(await test.db.retention.keep(fleetOf(7), onDay(12))).toMatchObject({ partitions: [], rows: 3 });
  expect(await deliveriesOf()).toEqual(['evt_11', 'evt_21']);
  expect(await attemptsOf(11)).toBe(1);
  const refs = [1, 11, 21].map((n) => ({ acceptedAtMs: at(1).acceptedAtMs, seq: n }));
  expect([...(await test.db.events.payloads(refs)).keys()].sort()).toEqual([11, 21]);
  expect(await test.db.waiting.oldestDueAtMs()).not.toBeNull();
  // what ends late can be looked at for a day, then the day goes
  const endMs = onDay(12);
  const ends = [11, 21].map((n) => ({
    ...f.succeeded(n, { hop: 2, attemptsMade: 2 }),
    ...at(1),
    atMs: endMs,
  }));
  await applyFacts(test.db, positioned(ends, 9_000));
  await test.db.retention.keep(fleetOf(7), endMs + dayMs / 2);
  expect(await deliveriesOf()).toEqual(['evt_11', 'evt_21']);
  const { partitions } = await test.db.retention.keep(fleetOf(7), endMs + 2 * dayMs);
  expect(partitions.filter((name) => name.startsWith('deliveries_')).length).toBeGreaterThan(0);
  expect(await deliveriesOf()).toEqual([]);
});

it('forgets one tenant sooner and another later than the fleet', async () => {
  const tenants = new Map([
    ['short', days(2)],
    ['long', days(30)],
  ]);
  for (const [index, tenant] of ['default', 'short', 'long'].entries())
    await fill([1, 6], { tenant, from: index * 10 });
  await test.db.retention.keep({ fleet: days(7), tenants }, onDay(6));
  expect(await eventsOf('short')).toEqual(['evt_16']);
  expect(await eventsOf()).toEqual(['evt_1', 'evt_6']);
  await test.db.retention.keep({ fleet: days(7), tenants }, onDay(9));
  for (const list of [eventsOf, deliveriesOf, deadLettersOf]) {
    expect(await list('short')).toEqual([]);
    expect(await list()).toEqual(['evt_6']);
    expect(await list('long')).toEqual(['evt_21', 'evt_26']);
  }
  expect([await attemptsOf(1), await attemptsOf(11, 'short'), await attemptsOf(21, 'long')]).toEqual([
    0, 0, 1,
  ]);
});

it('forgets payloads and attempts before the rows, once, and not of what is under way', async () => {
  const tenants = new Map([['acme', days(7, { payloadDays: 1, attemptDays: 2 })]]);
  const keep = (day: number) => test.db.retention.keep({ fleet: days(7), tenants }, onDay(day));
  await fill([1], { tenant: 'acme' });
  await fill([1], { tenant: 'acme', from: 10, end: f.deferred });
  await fill([1], { from: 20 });
  expect(await keep(3)).toMatchObject({ payloads: 1, rows: 0 });
  expect(await test.db.events.find('acme', 'evt_1')).toMatchObject({ payload: null, headers: {} });
  expect((await test.db.events.find('acme', 'evt_11'))?.payload).not.toBeNull();
  expect((await test.db.events.find('default', 'evt_21'))?.payload).not.toBeNull();
  expect(await attemptsOf(1, 'acme')).toBe(1);
  expect(await keep(4)).toMatchObject({ payloads: 0, rows: 1 });
  expect([await attemptsOf(1, 'acme'), await attemptsOf(11, 'acme'), await attemptsOf(21)]).toEqual([
    0, 1, 1,
  ]);
  expect(await test.db.deliveries.find('acme', f.deliveryId(1))).toMatchObject({
    attempts: 1,
    status: 'dead',
  });
  // it was left to later because of what was under way; now nothing is
  const endMs = onDay(3);
  const ended = { ...f.succeeded(11, { hop: 2, attemptsMade: 2 }), ...at(1), tenant: 'acme', atMs: endMs };
  await applyFacts(test.db, positioned([ended], 9_000));
  expect(await keep(5)).toMatchObject({ payloads: 1 });
  expect(await rowsOf(test.db, 'forgotten_days', 'kind')).toHaveLength(2);
  expect(await keep(5)).toMatchObject({ payloads: 0, rows: 0 });
});

it('keeps a dead letter as long as the fleet keeps rows after it was made', async () => {
  await applyFacts(test.db, positioned([{ ...f.died(1), ...at(1), atMs: onDay(6) }]));
  await test.db.retention.keep(fleetOf(7), onDay(10));
  expect(await deadLettersOf()).toEqual(['evt_1']);
  await test.db.retention.keep(fleetOf(7), onDay(14));
  expect(await deadLettersOf()).toEqual([]);
});
