import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestPostgres, startTestRedis, waitUntil } from '@postel/testing';
import pg from 'pg';
import { createClient } from 'redis';
import { handleOnce } from './handle-once.js';
import type { IdempotencyStore } from './idempotency-store.js';
import { MemoryIdempotencyStore } from './memory-store.js';
import { idempotencyTable, PostgresIdempotencyStore } from './postgres-store.js';
import { nodeRedis, RedisIdempotencyStore } from './redis-store.js';

const ends: (() => Promise<unknown>)[] = [];
const stores: Record<string, () => Promise<IdempotencyStore | null>> = {
  memory: () => Promise.resolve(new MemoryIdempotencyStore()),
  postgres: async () => {
    const server = await startTestPostgres();
    const pool = new pg.Pool({ connectionString: await server.createDatabase() });
    // its end does not wait for the connections, which the server's stop then ends
    pool.on('error', () => undefined);
    ends.push(() => pool.end().then(() => server.stop()));
    await pool.query(idempotencyTable);
    return new PostgresIdempotencyStore(pool);
  },
  redis: async () => {
    const server = await startTestRedis();
    if (server === null) return null;
    const client = createClient({ url: server.url });
    await client.connect();
    ends.push(() => client.close().then(() => server.stop()));
    return new RedisIdempotencyStore(nodeRedis(client));
  },
};

const minuteMs = 60_000;
const soonMs = 30;
let count = 0;

afterAll(async () => {
  for (const end of ends) await end();
  await expectNoLeaks();
});

describe.each(Object.entries(stores))('handling once with %s', (name, start) => {
  let found: IdempotencyStore | null = null;
  beforeAll(async () => {
    found = await start();
    if (found === null) console.warn(`${name} cannot be had here: neither in PATH nor by apt; skipped`);
  });

  /** @param body gets a key of its own */
  const conforms = (what: string, body: (store: IdempotencyStore, key: string) => Promise<void>) =>
    it(what, async () => {
      if (found !== null) await body(found, `evt_${(count += 1)}`);
    });

  conforms('runs one handler for 50 duplicates at once', async (store, key) => {
    let runs = 0;
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const run = async () => {
      runs += 1;
      await finished;
      return { order: 7 };
    };
    const kinds: string[] = [];
    const all = Array.from({ length: 50 }, async () =>
      kinds.push((await handleOnce(key, run, { store })).kind),
    );
    // the 49 need not wait for the one
    await waitUntil(() => kinds.length === 49);
    expect(new Set(kinds)).toEqual(new Set(['busy']));
    finish();
    await Promise.all(all);
    expect(kinds[49]).toBe('ran');
    expect(await handleOnce(key, run, { store })).toEqual({ kind: 'repeated', result: { order: 7 } });
    expect(runs).toBe(1);
  });

  conforms('gives duplicates the same result, whatever JSON it is', async (store, key) => {
    const results = [null, '', 'Zoë ☕ \u0000', 0, [], { a: { b: [1.5, false] } }, 'x'.repeat(100_000)];
    for (const [index, result] of results.entries()) {
      const once = () => handleOnce(`${key}_${index}`, () => Promise.resolve(result), { store });
      expect(await once()).toEqual({ kind: 'ran', result });
      expect(await once()).toEqual({ kind: 'repeated', result });
    }
  });

  conforms('frees the key at once when the handler fails', async (store, key) => {
    const failing = () => handleOnce(key, () => Promise.reject(new Error('no')), { store });
    await expect(failing()).rejects.toThrow('no');
    expect(await store.claim(key, 'next', minuteMs)).toEqual({ kind: 'claimed' });
  });

  conforms('frees the key when the lease of who crashed ends, and not before', async (store, key) => {
    expect(await store.claim(key, 'crashed', 3_000)).toEqual({ kind: 'claimed' });
    const claim = await store.claim(key, 'next', minuteMs);
    expect(claim).toMatchObject({ kind: 'busy' });
    if (claim.kind === 'busy') expect(claim.leftMs).toBeLessThanOrEqual(3_000);
    await waitUntil(async () => (await store.claim(key, 'next', minuteMs)).kind === 'claimed');
  });

  conforms('lets nobody whose lease ended undo what the next one does', async (store, key) => {
    await store.claim(key, 'slow', soonMs);
    await waitUntil(async () => (await store.claim(key, 'next', minuteMs)).kind === 'claimed');
    expect(await store.extend(key, 'slow', minuteMs)).toBe(false);
    expect(await store.complete(key, 'slow', '"slow"', minuteMs)).toBe(false);
    await store.release(key, 'slow');
    expect(await store.claim(key, 'third', minuteMs)).toMatchObject({ kind: 'busy' });
    expect(await store.complete(key, 'next', '"next"', minuteMs)).toBe(true);
    await store.release(key, 'next');
    expect(await store.extend(key, 'next', minuteMs)).toBe(false);
    expect(await store.claim(key, 'third', minuteMs)).toEqual({ kind: 'done', result: '"next"' });
  });

  conforms('keeps what was done though the lease had ended, if nobody else came', async (store, key) => {
    await store.claim(key, 'slow', 1);
    await waitUntil(async () => !(await store.extend(key, 'slow', 1)));
    expect(await store.complete(key, 'slow', '1', minuteMs)).toBe(true);
    expect(await store.claim(key, 'next', minuteMs)).toEqual({ kind: 'done', result: '1' });
  });

  conforms('holds a lease while the handler runs', async (store, key) => {
    let hasBegun = false;
    const run = async () => {
      hasBegun = true;
      const untilMs = Date.now() + 4_000;
      await waitUntil(() => Date.now() > untilMs);
    };
    const first = handleOnce(key, run, { store, leaseMs: 3_000 });
    await waitUntil(() => hasBegun);
    let others = 0;
    await waitUntil(async () => {
      const once = await handleOnce(key, () => Promise.resolve((others += 1)), { store, leaseMs: 3_000 });
      return once.kind === 'repeated';
    });
    expect((await first).kind).toBe('ran');
    expect(others).toBe(0);
  });

  conforms('forgets a result when it was kept long enough', async (store, key) => {
    await store.claim(key, 'first', minuteMs);
    await store.complete(key, 'first', '1', soonMs);
    await waitUntil(async () => (await store.claim(key, 'later', minuteMs)).kind === 'claimed');
    if (!(store instanceof PostgresIdempotencyStore)) return;
    await store.complete(key, 'later', '1', 1);
    await waitUntil(async () => (await store.forget(1)) === 1);
  });

  conforms('tells keys apart', async (store, key) => {
    await store.claim(key, 'one', minuteMs);
    expect(await store.claim(`${key} `, 'two', minuteMs)).toEqual({ kind: 'claimed' });
    expect(await store.claim(key.toUpperCase(), 'two', minuteMs)).toEqual({ kind: 'claimed' });
  });
});

describe('a store that receivers of several senders share', () => {
  it('lets none use up the ids of another', async () => {
    const store = new MemoryIdempotencyStore();
    const once = (scope: string) => handleOnce('evt_1', () => scope, { store, scope });
    expect(await once('a')).toEqual({ kind: 'ran', result: 'a' });
    expect(await once('b')).toEqual({ kind: 'ran', result: 'b' });
    expect(await once('a')).toEqual({ kind: 'repeated', result: 'a' });
  });
});

describe('a store that fails when the work is done', () => {
  it('is told of, and does not make the sender come again', async () => {
    const store = new MemoryIdempotencyStore();
    const errors: unknown[] = [];
    store.complete = () => Promise.reject(new Error('away'));
    const once = await handleOnce('a', () => Promise.resolve(1), {
      store,
      onError: (error) => errors.push(error),
    });
    expect(once).toEqual({ kind: 'ran', result: 1 });
    expect(errors).toEqual([new Error('away')]);
  });

  it('forgets the oldest first in memory', async () => {
    const store = new MemoryIdempotencyStore(2);
    for (const key of ['a', 'b', 'c']) await store.claim(key, 'one', minuteMs);
    expect((await store.claim('c', 'two', minuteMs)).kind).toBe('busy');
    expect((await store.claim('a', 'two', minuteMs)).kind).toBe('claimed');
  });
});
