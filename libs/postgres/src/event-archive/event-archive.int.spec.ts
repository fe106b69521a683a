import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, type TestPostgres } from '@postel/testing';
import { InvalidCursor } from '../connection/errors.js';
import { openTestDatabase, type TestDatabase } from '../test-database.js';
import { archived, startMs } from '../test-facts.js';
import type { NewArchivedEvent } from './event-archive.js';

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

const archive = () => test.db.events;
/** As the projection does: as planned, or else one by one. */
const store = (...events: readonly NewArchivedEvent[]) =>
  test.db.transaction(async (tx) => {
    const planning = archive().plan();
    for (const event of events) planning.add(event);
    const plan = planning.end();
    if (!plan || !(await archive().storePlanned(tx, plan))) await archive().store(tx, events);
  });
const dayMs = 86_400_000;

it('keeps the payload byte for byte, and the first of a repeated event', async () => {
  const event = archived(1, { payload: Buffer.from([0, 255, 10, 92]), channels: ['a', 'b'], door: 'nats' });
  await store(event);
  await store({ ...event, door: 'http' }, archived(2));
  expect(await archive().find('default', 'evt_1')).toEqual({ ...event, erasedAtMs: null });
  expect(await archive().find('other', 'evt_1')).toBeNull();
});

it('finds the newest of several events with one id', async () => {
  await store(archived(1), archived(2, { id: 'evt_1', acceptedAtMs: startMs + dayMs }), archived(3));
  expect(await archive().find('default', 'evt_1')).toMatchObject({ seq: 2 });
});

it('finds the one that was understood of several events with one id', async () => {
  await store(
    archived(1, { valid: false }),
    archived(2, { id: 'evt_1' }),
    archived(3, { id: 'evt_1', valid: false }),
  );
  expect(await archive().find('default', 'evt_1')).toMatchObject({ seq: 2 });
});

it('fetches payloads of several days by position', async () => {
  await store(archived(1), archived(2, { acceptedAtMs: startMs + 3 * dayMs }), archived(3));
  const refs = [
    { acceptedAtMs: startMs + 1, seq: 1 },
    { acceptedAtMs: startMs + 3 * dayMs, seq: 2 },
    { acceptedAtMs: startMs, seq: 99 },
  ];
  const payloads = await archive().payloads(refs);
  expect([...payloads.keys()].sort()).toEqual([1, 2]);
  expect(payloads.get(2)).toEqual({
    payload: Buffer.from('{"n":2}'),
    headers: { 'Postel-Tenant': 'default' },
    type: 'order.created',
    isErased: false,
  });
  expect(await archive().payloads([])).toEqual(new Map());
});

it('lists newest first, by type and by time, from page to page', async () => {
  await store(archived(1), archived(2, { type: 'user.updated' }), archived(3), archived(4));
  const seqs = async (filter: object) =>
    (await archive().list('default', { limit: 10, ...filter })).items.map(({ seq }) => seq);
  expect(await seqs({})).toEqual([4, 3, 2, 1]);
  expect(await seqs({ type: 'user.updated' })).toEqual([2]);
  expect(await seqs({ sinceMs: startMs + 2, untilMs: startMs + 4 })).toEqual([3, 2]);
  const { nextCursor } = await archive().list('default', { limit: 2 });
  await store(archived(5));
  expect(await seqs({ cursor: nextCursor })).toEqual([2, 1]);
  await expect(seqs({ cursor: 'bDEuMg' })).rejects.toBeInstanceOf(InvalidCursor);
});

it('ends a page early that would be too long, and goes on behind it', async () => {
  const kib = (n: number) => Buffer.alloc(n * 1024, 0x20);
  const sizes = [1, 600, 600, 1, 2_000, 1];
  await store(...sizes.map((size, n) => archived(n + 1, { payload: kib(size) })));
  const soon = { untilMs: startMs + dayMs / 2 };
  for (const filter of [{}, soon, { type: 'order.created' }]) {
    const pages = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await archive().list('default', { limit: 3, ...filter, ...(cursor ? { cursor } : {}) });
      pages.push(page.items.map(({ seq }) => seq));
      cursor = page.nextCursor;
    }
    expect(pages).toEqual([[6, 5], [4, 3, 2], [1]]);
  }
});

it('stores whatever a producer sent: no event can stop the projection', async () => {
  const long = '\u{1f600}'.repeat(5_000);
  const odd = { tenant: long, id: long, type: 'a\0b', headers: { [long]: 'x\0\ud800' }, valid: false };
  await store(archived(1, { ...odd, createdAtMs: 9e18 }), archived(2, { createdAtMs: -9e18 }), archived(3));
  expect(await archive().find('default', 'evt_2')).toMatchObject({ createdAtMs: -62_135_596_800_000 });
  expect((await archive().list('default', { limit: 10 })).items).toHaveLength(2);
});

it('stores a batch that is larger than one statement can be', async () => {
  const payload = Buffer.alloc(1024 * 1024, 'x');
  await store(archived(0)); // so that not all are new
  await store(...Array.from({ length: 20 }, (_, n) => archived(n, { payload })));
  expect(await archive().count({ tenant: 'default', after: -1, upTo: 50, sinceMs: 0 }, 50)).toBe(20);
});

it('gives heads in the order of acceptance, of one tenant, between positions and times', async () => {
  await store(
    archived(1),
    archived(2, { tenant: 'other' }),
    archived(3, { channels: ['a'], valid: false, headers: { 'Postel-Only-Endpoint': 'ep_1' } }),
    archived(4, { acceptedAtMs: startMs + dayMs }),
    archived(5),
  );
  const all = { tenant: 'default', after: 0, upTo: 9, sinceMs: 0 };
  const seqs = async (range: object, limit = 9) =>
    (await archive().heads({ ...all, ...range }, limit)).map(({ seq }) => seq);
  expect(await archive().heads({ ...all, after: 1, upTo: 3 }, 9)).toEqual([
    {
      seq: 3,
      id: 'evt_3',
      type: 'order.created',
      acceptedAtMs: startMs + 3,
      channels: ['a'],
      valid: false,
      onlyEndpoint: 'ep_1',
    },
  ]);
  expect(await seqs({}, 2)).toEqual([1, 3]);
  expect(await seqs({ after: 3 })).toEqual([4, 5]);
  expect(await seqs({ sinceMs: startMs + 3, untilMs: startMs + dayMs })).toEqual([3, 5]);
  expect(await archive().count(all, 4)).toBe(4);
  expect(await archive().count(all, 3)).toBeNull();
});
