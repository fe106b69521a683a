import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { LogFact } from '@postel/contracts';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { InvalidCursor } from '../connection/errors.js';
import { applyFacts, openTestDatabase, positioned, type TestDatabase } from '../test-database.js';
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

const store = () => test.db.deadLetters;
const listed = async (filter: object = {}) => (await store().list('default', { limit: 10, ...filter })).items;
const toRedrive = async (selection: object = {}, range: object = {}) => {
  const whole = { after: 0, upTo: Number.MAX_SAFE_INTEGER, limit: 10 };
  const found = await store().deliveriesAfter('default', selection, { ...whole, ...range });
  return found.map(({ deadLetterId }) => deadLetterId);
};
const eventIds = async (filter: object = {}) => (await listed(filter)).map(({ eventId }) => eventId);

it('shows a dead letter as the contract has it, with the same id after a rebuild', async () => {
  await applyFacts(test.db, positioned([f.fannedOut(1), f.died(1, { attemptsMade: 5, hop: 5 })]));
  const [letter] = await listed();
  expect(letter).toEqual({
    id: expect.stringMatching(/^dl_[A-Za-z0-9_-]{24}$/),
    deliveryId: f.deliveryId(1),
    eventId: 'evt_1',
    endpointId: 'ep_1',
    reason: 'exhausted',
    lastStatus: 503,
    lastError: { code: 'http_status', message: 'answered 503' },
    attempts: 5,
    lastAttemptAt: new Date(f.startMs + 5_000).toISOString(),
    createdAt: new Date(f.startMs + 6).toISOString(),
  });
  expect(await store().find('default', letter?.id ?? '')).toEqual(letter);
  expect(await store().find('other', letter?.id ?? '')).toBeNull();

  await test.db.transaction((tx) => tx.query('TRUNCATE dead_letters'));
  await applyFacts(test.db, positioned([f.fannedOut(1), f.died(1, { attemptsMade: 5, hop: 5 })]));
  expect(await listed()).toEqual([letter]);
});

it('knows the last attempt of a delivery that died between attempts', async () => {
  const { attempt: _, ...died } = f.died(1, { hop: 3, attemptsMade: 2 });
  const expired = { ...died, reason: 'expired', lastStatus: null, lastError: null } as const;
  const second = f.deferred(1, { hop: 2, attemptsMade: 2 });
  const error = { code: 'timeout', message: 'no answer within 10000 ms' };
  const broken = { ...f.failure(2, 502), error };
  await applyFacts(
    test.db,
    positioned([f.fannedOut(1), f.deferred(1), { ...second, attempt: broken }, expired]),
  );
  expect(await listed()).toMatchObject([
    {
      reason: 'expired',
      attempts: 2,
      lastStatus: 502,
      lastError: error,
      lastAttemptAt: new Date(f.startMs + 2_000).toISOString(),
    },
  ]);
});

it.each<[string, LogFact]>([
  ['reopened', f.reopened(1)],
  ['discarded', f.discarded(1)],
])('is gone when the delivery was %s, and there again when it dies again', async (_, fact) => {
  await applyFacts(test.db, positioned([f.died(1)]));
  await applyFacts(test.db, positioned([fact], 1));
  expect(await listed()).toEqual([]);
  await applyFacts(test.db, positioned([f.died(1, { hop: 2 })], 2));
  expect(await listed()).toHaveLength(1);
});

it('keeps the bytes of an event that was not understood', async () => {
  const raw = { payload: Buffer.from([0, 1, 255]), headers: { a: 'x\0' }, subject: 'order.created' };
  const long = 'x'.repeat(10_000);
  await test.db.transaction((tx) =>
    store().apply(
      tx,
      positioned([
        f.invalidEvent(1),
        { ...f.invalidEvent(2), eventId: long, type: long, message: `${long}\0` },
      ]),
      new Map([[1, raw]]),
    ),
  );
  const [second, first] = await listed({ reason: 'invalid_event' });
  expect(first).toMatchObject({ deliveryId: null, endpointId: null, lastError: { code: 'malformed_json' } });
  expect(await store().findInvalidEvent('default', first?.id ?? '')).toMatchObject({
    eventSeq: 1,
    code: 'malformed_json',
    message: 'not JSON',
    path: '',
    raw: { ...raw, headers: { a: 'x\uFFFD' } },
  });
  expect(await store().findInvalidEvent('default', second?.id ?? '')).toMatchObject({
    eventSeq: 2,
    raw: null,
  });
  expect(await toRedrive()).toEqual([]);
  expect(await store().notUnderstood([1, 7])).toEqual(new Set([1]));
});

it('lets the dead letter of an event go that nobody wants to see any more', async () => {
  await applyFacts(test.db, positioned([f.invalidEvent(1), f.invalidEvent(2)]));
  const { code: _code, message: _message, path: _path, ...event } = f.invalidEvent(1);
  await applyFacts(test.db, positioned([{ ...event, fact: 'event.discarded', actor: 'admin' }], 2));
  expect((await listed({})).map(({ eventId }) => eventId)).toEqual(['evt_2']);
});

it('gives what a redrive is made of, oldest first', async () => {
  await applyFacts(
    test.db,
    positioned([f.died(1), f.died(2, { endpointId: 'ep_2' }), f.died(3, { hop: 3 })]),
  );
  const ids = await toRedrive({ endpointId: 'ep_1' });
  expect(ids).toHaveLength(2);
  expect(await toRedrive({}, { limit: 1 })).toEqual([ids[0]]);
  const all = { after: 0, upTo: Number.MAX_SAFE_INTEGER };
  const [first] = await store().deliveriesAfter('default', {}, { ...all, limit: 1 });
  expect(await toRedrive({ endpointId: 'ep_1' }, { after: first?.logSeq ?? 0 })).toEqual([ids[1]]);
  expect(await toRedrive({ endpointId: 'ep_1' }, { upTo: first?.logSeq ?? 0 })).toEqual([ids[0]]);
  expect(await toRedrive({ acceptedSinceMs: f.startMs + 2 })).toHaveLength(2);
  expect(await toRedrive({ acceptedUntilMs: f.startMs + 2 })).toEqual([ids[0]]);
  expect(await store().countDeliveries('default', {}, { ...all, atMost: 3 })).toBe(3);
  expect(await store().countDeliveries('default', {}, { ...all, atMost: 2 })).toBeNull();
  const deliveries = await store().findDeliveries('default', [...ids, 'dl_unknown']);
  expect(deliveries.map(({ deadLetterId }) => deadLetterId)).toEqual(ids);
  expect(deliveries[1]).toEqual({
    deadLetterId: ids[1],
    reason: 'exhausted',
    deliveryId: f.deliveryId(3),
    tenant: 'default',
    endpointId: 'ep_1',
    eventId: 'evt_3',
    eventSeq: 3,
    type: 'order.created',
    acceptedAtMs: f.startMs + 3,
    hop: 3,
    attemptsMade: 1,
    attemptsBeforeReopen: 0,
    apiVersion: '2024-01-01',
  });
  expect(await store().findDeliveries('other', ids)).toEqual([]);
});

it('lists with filters and from page to page', async () => {
  const gone = { ...f.died(2, { endpointId: 'ep_2' }), reason: 'gone' as const, type: 'order.gone' };
  await applyFacts(test.db, positioned([f.died(1), gone, f.died(3)]));
  expect(await eventIds()).toEqual(['evt_3', 'evt_2', 'evt_1']);
  expect(await eventIds({ reason: 'gone' })).toEqual(['evt_2']);
  expect(await eventIds({ endpointId: 'ep_1' })).toEqual(['evt_3', 'evt_1']);
  expect(await eventIds({ eventId: 'evt_1' })).toEqual(['evt_1']);
  expect(await eventIds({ type: gone.type })).toEqual(['evt_2']);
  expect(await eventIds({ type: gone.type, endpointId: 'ep_1' })).toEqual([]);
  expect(await eventIds({ sinceMs: f.startMs + 7, untilMs: f.startMs + 8 })).toEqual(['evt_2']);
  const { nextCursor } = await store().list('default', { limit: 2 });
  await applyFacts(test.db, positioned([f.died(4)], 3));
  expect(await eventIds({ cursor: nextCursor })).toEqual(['evt_1']);
  await expect(eventIds({ cursor: 'ZTI' })).rejects.toBeInstanceOf(InvalidCursor);
  expect(await store().countByReason()).toEqual(
    new Map([
      ['exhausted', 3],
      ['gone', 1],
    ]),
  );
});
