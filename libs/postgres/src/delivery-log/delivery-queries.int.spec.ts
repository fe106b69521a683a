import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { factPosition } from '@postel/contracts';
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

const log = () => test.db.deliveries;
const idsOf = (page: { items: readonly { id: string }[] }) => page.items.map(({ id }) => id);

describe('lists', () => {
  it('are newest first in log order, and neither repeat nor miss a row while others arrive', async () => {
    await applyFacts(
      test.db,
      positioned([f.fannedOut(1, ['ep_1', 'ep_2', 'ep_3']), f.fannedOut(2, ['ep_1', 'ep_2'])]),
    );
    const first = await log().list('default', { limit: 2 });
    // accepted long before, arriving now
    const early = { ...f.fannedOut(3), atMs: 0, acceptedAtMs: f.startMs - 1e9 };
    await applyFacts(test.db, positioned([early], 2));
    const second = await log().list('default', { limit: 2, cursor: first.nextCursor ?? '' });
    await applyFacts(test.db, positioned([f.fannedOut(4)], 3));
    const third = await log().list('default', { limit: 2, cursor: second.nextCursor ?? '' });
    expect([first, second, third].flatMap(idsOf)).toEqual([
      f.deliveryId(2, 'ep_2'),
      f.deliveryId(2, 'ep_1'),
      f.deliveryId(1, 'ep_3'),
      f.deliveryId(1, 'ep_2'),
      f.deliveryId(1, 'ep_1'),
    ]);
    expect(third.nextCursor).toBeNull();
    expect(idsOf(await log().list('default', { limit: 1 }))).toEqual([f.deliveryId(4)]);
  });

  it("go on over rows from when a fact was a message, and its position the message's", async () => {
    const old = [1, 2, 3].map((n) => ({ seq: n, fact: f.fannedOut(n) }));
    await applyFacts(test.db, old);
    const before = await log().list('default', { limit: 1 });
    const together = [4, 5].map((n, index) => ({ seq: factPosition(4, index), fact: f.fannedOut(n) }));
    await applyFacts(test.db, [...together, { seq: factPosition(5, 0), fact: f.succeeded(1) }]);
    const ids = async (cursor?: string | null) =>
      idsOf(await log().list('default', { limit: 10, ...(cursor ? { cursor } : {}) }));
    expect(await ids()).toEqual([5, 4, 3, 2, 1].map((n) => f.deliveryId(n)));
    expect(await ids(before.nextCursor)).toEqual([2, 1].map((n) => f.deliveryId(n)));
    expect(await log().find('default', f.deliveryId(1))).toMatchObject({ status: 'succeeded' });
  });

  it('take all filters, alone and together', async () => {
    const other = { ...f.fannedOut(2, ['ep_2']), type: 'user.updated' };
    await applyFacts(test.db, positioned([f.fannedOut(1), f.succeeded(1), other, f.fannedOut(3)]));
    const ids = async (filter: object) => idsOf(await log().list('default', { limit: 10, ...filter }));
    expect(await ids({ status: 'succeeded' })).toEqual([f.deliveryId(1)]);
    expect(await ids({ status: 'pending' })).toEqual([f.deliveryId(3), f.deliveryId(2, 'ep_2')]);
    expect(await ids({ endpointId: 'ep_2' })).toEqual([f.deliveryId(2, 'ep_2')]);
    expect(await ids({ eventId: 'evt_3' })).toEqual([f.deliveryId(3)]);
    expect(await ids({ type: 'user.updated' })).toEqual([f.deliveryId(2, 'ep_2')]);
    expect(await ids({ sinceMs: f.startMs + 7, untilMs: f.startMs + 8 })).toEqual([f.deliveryId(2, 'ep_2')]);
    expect(
      await ids({ status: 'pending', endpointId: 'ep_1', eventId: 'evt_3', type: 'order.created' }),
    ).toEqual([f.deliveryId(3)]);
    expect((await log().ofEvent('default', 'evt_2')).map(({ id }) => id)).toEqual([f.deliveryId(2, 'ep_2')]);
  });

  it.each(['', 'x', 'ZTI', 'ZDEuMg==', 'ZDEu', Buffer.from('d1.2.3').toString('base64url'), "d1.2'; --"])(
    'refuse the cursor %j',
    async (cursor) => {
      await expect(log().list('default', { limit: 1, cursor })).rejects.toBeInstanceOf(InvalidCursor);
    },
  );
});

it('knows what an endpoint has of events, made by a fan-out or later, and of which event of a name', async () => {
  const again = f.replayed(2, 'dlv_again');
  await applyFacts(
    test.db,
    positioned([
      f.fannedOut(1, ['ep_1', 'ep_2']),
      f.succeeded(1),
      f.fannedOut(2, ['ep_2']),
      again,
      f.fannedOut(3, ['ep_2']),
      { ...f.fannedOut(4), eventId: 'evt_5' },
    ]),
  );
  const planned = [1, 2, 3, 4, 5].map((n) => ({
    eventSeq: n,
    eventId: n === 4 ? 'evt_5' : `evt_${n}`,
    acceptedAtMs: f.startMs + n,
    deliveryId: n === 2 ? 'dlv_again' : `dlv_planned_${n}`,
  }));
  expect(await log().ofEndpoint('default', 'ep_1', planned)).toEqual(
    new Map([
      [1, { planned: false, open: false }],
      [2, { planned: true, open: true }],
      [4, { planned: false, open: true }],
    ]),
  );
  expect(await log().ofEndpoint('other', 'ep_1', planned)).toEqual(new Map());
  expect(await log().ofEndpoint('default', 'ep_1', [])).toEqual(new Map());
});
