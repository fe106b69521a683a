import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, waitUntil } from '@postel/testing';
import pg from 'pg';
import type { Webhook } from '../receive-webhook/webhook.js';
import type { InboxStore } from './inbox-store.js';
import { Inbox, type InboxOptions } from './inbox.js';
import { MemoryInboxStore } from './memory-inbox.js';
import type { OrderNotice } from './next-step.js';
import { inboxTables, PostgresInboxStore } from './postgres-inbox.js';

const ends: (() => Promise<unknown>)[] = [];
const running: Inbox[] = [];

/** Each a way to make empty stores. */
const stores: Record<string, () => Promise<() => Promise<InboxStore>>> = {
  memory: () => Promise.resolve(() => Promise.resolve(new MemoryInboxStore())),
  postgres: async () => {
    const server = await startTestPostgres();
    ends.push(() => server.stop());
    return async () => {
      const pool = new pg.Pool({ connectionString: await server.createDatabase() });
      // its end does not wait for the connections, which the server's stop then ends
      pool.on('error', () => undefined);
      ends.unshift(() => pool.end());
      await pool.query(inboxTables);
      return new PostgresInboxStore(pool);
    };
  },
};

function webhook(id: string, sequence: number | null = null): Webhook {
  const payload = { id, customer: 'c_1', name: 'Zoë ☕' };
  const body = Buffer.from(JSON.stringify(payload));
  return { id, type: 'order.created', payload, body, headers: { 'webhook-id': id, cookie: 'a=b' }, sequence };
}

/** Puts every one, in turn. */
async function putAll(inbox: Inbox, webhooks: readonly Webhook[]): Promise<void> {
  for (const one of webhooks) await inbox.handle(one);
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((inbox) => inbox.stop()));
});
afterAll(async () => {
  for (const end of ends) await end();
  await expectNoLeaks();
});

describe.each(Object.entries(stores))('an inbox in %s', (_, start) => {
  let newStore: () => Promise<InboxStore>;
  beforeAll(async () => {
    newStore = await start();
  });

  const started = (store: InboxStore, options: Omit<InboxOptions, 'store'>): Inbox => {
    const inbox = new Inbox({ store, pollMs: 20, backoffMs: () => 5, ...options });
    running.push(inbox);
    inbox.start();
    return inbox;
  };

  it('works on what came, once, though it came twice', async () => {
    const seen: Webhook[] = [];
    const inbox = started(await newStore(), { process: (one) => seen.push(one) });
    await putAll(inbox, [webhook('a'), webhook('b'), webhook('a')]);
    await waitUntil(() => seen.length === 2);
    await putAll(inbox, [webhook('a'), webhook('c')]);
    await waitUntil(() => seen.length === 3);
    expect(seen.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c']);
    const [first] = seen;
    expect(first).toMatchObject({ type: 'order.created', payload: { name: 'Zoë ☕' } });
    expect(first?.headers).toEqual({ 'webhook-id': first?.id });
  });

  it('takes it again when the process died with it, and not before the lease ends', async () => {
    const store = await newStore();
    await putAll(new Inbox({ store, process: () => undefined }), [webhook('a')]);
    expect(await store.take('crashed', 500)).toMatchObject({ id: 'a', attemptNumber: 1 });
    expect(await store.take('next', 60_000)).toBeNull();
    const again = await waitUntil(() => store.take('next', 60_000));
    expect(again).toMatchObject({ id: 'a', attemptNumber: 2 });
    expect(await store.finish('a', 'crashed', null, 1)).toBe(false);
    expect(await store.putBack('a', 'crashed', 0, 'no')).toBe(false);
    expect(await store.extend('a', 'crashed', 0)).toBe(false);
    expect(await store.finish('a', 'next', null, 60_000)).toBe(true);
    expect(await store.put({ ...webhook('a'), order: null })).toBe(false);
  });

  it('tries again, and gives up at last', async () => {
    const dead: string[] = [];
    const attempts = new Map<string, number>();
    const inbox = started(await newStore(), {
      maxAttempts: 3,
      process: ({ id }) => {
        const attemptNumber = (attempts.get(id) ?? 0) + 1;
        attempts.set(id, attemptNumber);
        if (id === 'never' || attemptNumber < 3) throw new Error('not yet\0');
      },
      onDead: ({ id }, error) => dead.push(`${id}: ${String(error)}`),
    });
    await putAll(inbox, [webhook('third'), webhook('never')]);
    await waitUntil(() => dead.length === 1 && attempts.get('third') === 3);
    expect(dead).toEqual(['never: Error: not yet\0']);
    await inbox.stop();
    expect(Object.fromEntries(attempts)).toEqual({ third: 3, never: 3 });
  });

  it('gives up what ends the process each time', async () => {
    const store = await newStore();
    await store.put({ ...webhook('poison'), order: null });
    for (let attempt = 0; attempt < 2; attempt += 1)
      await waitUntil(() => store.take(`crashed ${attempt}`, 1));
    const dead: string[] = [];
    started(store, {
      maxAttempts: 2,
      process: () => dead.push('was run'),
      onDead: ({ id }) => dead.push(id),
    });
    await waitUntil(() => dead.length > 0);
    expect(dead).toEqual(['poison']);
  });

  it('works in the order of the sequence, whatever order it came in, through failures', async () => {
    const seen: number[] = [];
    const store = await newStore();
    const notices: OrderNotice[] = [];
    const options: Omit<InboxOptions, 'store'> = {
      orderingKeyOf: () => 'c_1',
      onOrder: (notice) => notices.push(notice),
      process: ({ sequence }) => {
        seen.push(sequence ?? 0);
        if (sequence === 2 && seen.filter((one) => one === 2).length < 3) throw new Error('not yet');
      },
    };
    const numbers = [4, 1, 3, 5, 2];
    await putAll(
      new Inbox({ store, ...options }),
      numbers.map((sequence) => webhook(`s${sequence}`, sequence)),
    );
    started(store, options);
    started(store, options);
    await waitUntil(() => seen.length === 7);
    expect(seen).toEqual([1, 2, 2, 2, 3, 4, 5]);
    expect(notices).toEqual([]);
  });

  it('waits for what is missing, and goes on at once when it comes', async () => {
    const seen: number[] = [];
    const notices: OrderNotice[] = [];
    const inbox = started(await newStore(), {
      orderingKeyOf: () => 'c_1',
      gapWaitMs: 600_000,
      onOrder: (notice) => notices.push(notice),
      process: ({ sequence }) => seen.push(sequence ?? 0),
    });
    await putAll(inbox, [webhook('s1', 1)]);
    await waitUntil(() => seen.length === 1);
    await putAll(inbox, [webhook('s3', 3), webhook('other')]);
    await waitUntil(() => seen.includes(0));
    expect(seen).toEqual([1, 0]);
    await putAll(inbox, [webhook('s2', 2)]);
    await waitUntil(() => seen.length === 4);
    expect(seen).toEqual([1, 0, 2, 3]);
    expect(notices).toEqual([]);
  });

  it('tells of a gap, passes it, and tells of what comes late', async () => {
    const seen: number[] = [];
    const notices: OrderNotice[] = [];
    const inbox = started(await newStore(), {
      orderingKeyOf: () => 'c_1',
      gapWaitMs: 50,
      onOrder: (notice) => notices.push(notice),
      process: ({ sequence }) => seen.push(sequence ?? 0),
    });
    await putAll(inbox, [webhook('s1', 1)]);
    await waitUntil(() => seen.length === 1);
    await putAll(inbox, [webhook('s5', 5)]);
    await waitUntil(() => seen.length === 2);
    await putAll(inbox, [webhook('s3', 3)]);
    await waitUntil(() => seen.length === 3);
    expect(seen).toEqual([1, 5, 3]);
    expect(notices).toEqual([
      { kind: 'gap', key: 'c_1', from: 2, to: 4 },
      { kind: 'late', key: 'c_1', sequence: 3 },
    ]);
  });

  it('forgets what is done, and keeps what is dead', async () => {
    const store = await newStore();
    if (!(store instanceof PostgresInboxStore)) return;
    for (const id of ['done', 'dead']) {
      await store.put({ ...webhook(id), order: null });
      await store.take(id, 60_000);
      await store.finish(id, id, id === 'dead' ? 'no' : null, 1);
    }
    await waitUntil(async () => (await store.forget()) === 1);
    expect(await store.put({ ...webhook('dead'), order: null })).toBe(false);
    expect(await store.put({ ...webhook('done'), order: null })).toBe(true);
  });
});
