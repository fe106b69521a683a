import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LogFact } from '@postel/contracts';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import type { Transaction } from '../connection/transaction.js';
import type { Database } from '../database.js';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';
import type { NewArchivedEvent } from '../event-archive/event-archive.js';
import { openTestDatabase, positioned, rowsOf, testPartitions, type TestDatabase } from '../test-database.js';
import * as f from '../test-facts.js';
import { applyOrSetAside } from './set-aside.js';

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

type Apply = (db: Database, tx: Transaction, facts: readonly PositionedFact[]) => Promise<void>;

const projections: readonly [string, Apply][] = [
  ['the delivery log', (db, tx, facts) => db.deliveries.apply(tx, facts)],
  ['the dead letters', (db, tx, facts) => db.deadLetters.apply(tx, facts, new Map())],
  ['the waiting room', (db, tx, facts) => db.waiting.apply(tx, facts, testPartitions)],
];
const tables = ['deliveries', 'attempts', 'dead_letters', 'waiting'];

/** Facts of nobody's making: what a later version, or a fault of ours, could tell. */
const impossible: readonly [string, (n: number) => LogFact[]][] = [
  [
    'a number that is out of range',
    (n) => [{ ...f.deferred(n, { hop: 2 ** 40 }) }, { ...f.died(n), hop: 2 ** 40 }],
  ],
  [
    'a position that is no number',
    (n) => [
      { ...f.deferred(n, { hop: 2 }), eventSeq: NaN },
      { ...f.fannedOut(n), eventSeq: NaN },
      { ...f.died(n), eventSeq: NaN },
    ],
  ],
  [
    'a NUL in an id',
    (n) => [
      { ...f.fannedOut(n, ['ep_\0']) },
      f.deferred(n, { endpointId: 'ep_\0', hop: 2 }),
      f.died(n, { endpointId: 'ep_\0' }),
    ],
  ],
  [
    'a missing part',
    (n) => [
      { ...f.fannedOut(n), deliveries: undefined } as unknown as LogFact,
      { ...f.died(n), acceptedAtMs: undefined, atMs: {}, hop: {} } as unknown as LogFact,
      { ...f.deferred(n, { hop: 2 }), dueAtMs: undefined, hop: {} } as unknown as LogFact,
    ],
  ],
  [
    'a text beyond what an index takes',
    (n) => [
      { ...f.fannedOut(n), eventId: randomText() },
      { ...f.died(n), eventId: randomText() },
    ],
  ],
];

/** What is stored all the same, or passed over without a row. */
const harmless = new Set([
  'the delivery log: a position that is no number',
  'the waiting room: a missing part',
  'the waiting room: a text beyond what an index takes',
]);

/** Nothing that compression could make small. */
function randomText(): string {
  let text = '';
  for (let i = 1; text.length < 20_000; i++)
    text += String.fromCodePoint(0x4e00 + ((i * 7_919 * i) % 20_000));
  return text;
}

describe.each(projections)('%s', (name, apply) => {
  it.each(impossible)('writes all the rest when it meets %s', async (what, bad) => {
    const good: LogFact[] = [1, 2, 3, 4, 5].flatMap((n) => [
      f.fannedOut(n),
      f.deferred(n, { hop: 1 }),
      f.died(n, { hop: 2, attemptsMade: 2 }),
    ]);
    const facts = positioned([...good.slice(0, 7), ...bad(99), ...good.slice(7)]);
    const impossibleSeqs = facts.slice(7, 7 + bad(99).length).map(({ seq }) => seq);
    const { db } = test;
    const planning = db.deliveries.plan();
    planning.read(facts);
    const plan = planning.end();
    const aside = await db.transaction(async (tx) => {
      // as planned it cannot be written, and leaves nothing behind
      if (plan && !harmless.has(`the delivery log: ${what}`))
        expect(await db.deliveries.applyPlanned(tx, plan)).toBe(false);
      return db.writeOrSetAside.facts(tx, 'delivery-log', facts, (some) => apply(db, tx, some));
    });
    for (const { seq } of aside) expect(impossibleSeqs).toContain(seq);
    if (!harmless.has(`${name}: ${what}`)) expect(aside.length).toBeGreaterThan(0);
    expect(await rowsOf(db, 'unprojected', 'seq')).toHaveLength(aside.length);

    const pure = await openTestDatabase(server);
    const kept = facts.filter(({ seq }) => !aside.some((one) => one.seq === seq));
    await pure.db.transaction((tx) => apply(pure.db, tx, kept));
    for (const table of tables)
      expect(await rowsOf(db, table, '1, 2')).toEqual(await rowsOf(pure.db, table, '1, 2'));
    await pure.db.close();
  });
});

it('sets an event aside that cannot be stored, and stores the others', async () => {
  const events = [f.archived(1), f.archived(2, { door: 'window' as 'http' }), f.archived(3)];
  const planning = test.db.events.plan();
  for (const event of events) planning.add(event);
  const plan = planning.end();
  const aside = await test.db.transaction(async (tx) => {
    expect(plan && (await test.db.events.storePlanned(tx, plan))).toBe(false);
    return test.db.writeOrSetAside.events(tx, 'archive', events, (some) => test.db.events.store(tx, some));
  });
  expect(aside).toMatchObject([{ projection: 'archive', seq: 2, tenant: 'default' }]);
  expect((await test.db.events.list('default', { limit: 10 })).items.map(({ seq }) => seq)).toEqual([3, 1]);
  expect(await rowsOf(test.db, 'unprojected', 'seq')).toMatchObject([
    { seq: 2, error: expect.stringMatching(/events/) },
  ]);
  expect(await test.db.projections.setAside()).toEqual(new Map([['archive', 1]]));
});

it('moves the position past what it sets aside', async () => {
  const { db } = test;
  const lease = await db.projections.acquire('archive');
  const events = [f.archived(1), f.archived(2, { door: 'window' as 'http' }), f.archived(3)];
  await lease?.apply(3, async (tx) => {
    const store = (some: readonly NewArchivedEvent[]) => db.events.store(tx, some);
    expect(await db.writeOrSetAside.events(tx, 'archive', events, store)).toHaveLength(1);
  });
  expect(await lease?.position()).toBe(3);
  await lease?.release();
  expect((await db.events.list('default', { limit: 10 })).items.map(({ seq }) => seq)).toEqual([3, 1]);
  expect(await rowsOf(db, 'unprojected', 'seq')).toMatchObject([{ seq: 2 }]);
});

it('stops when nothing at all can be written: that is a fault of ours', async () => {
  const batch = Array.from({ length: 200 }, (_, n) => ({ seq: n, tenant: 'default' }));
  const broken = test.db.transaction((tx) =>
    applyOrSetAside(
      tx,
      'archive',
      batch,
      (about) => about,
      () => Promise.reject(new TypeError('a fault')),
    ),
  );
  await expect(broken).rejects.toThrow('a fault');
  expect(await rowsOf(test.db, 'unprojected', 'seq')).toEqual([]);
});

it('sets nothing aside because of a database that is away, or a statement that is wrong', async () => {
  const batch = [{ seq: 1, tenant: 'default' }];
  const wrong = test.db.transaction((tx) =>
    applyOrSetAside(
      tx,
      'archive',
      batch,
      (about) => about,
      async () => void (await tx.query('SELECT nothing')),
    ),
  );
  await expect(wrong).rejects.toThrow(/nothing/);
});
