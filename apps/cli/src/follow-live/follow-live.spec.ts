import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LiveMessage } from '@postel/client';
import { waitUntil } from '@postel/testing';
import { followLive, type FollowOptions } from './follow-live.js';
import { startLiveServer, type LiveServer } from './live-server-for-tests.js';

describe('following live', () => {
  let server: LiveServer;
  let stopped: AbortController;
  const seen: LiveMessage[] = [];
  const notices: string[] = [];
  let following: Promise<void>;
  let pause: Promise<void>;

  beforeEach(async () => {
    server = await startLiveServer((position) => ({ event: 'event', data: { n: position } }));
    stopped = new AbortController();
    seen.length = 0;
    notices.length = 0;
    pause = Promise.resolve();
  });
  afterEach(async () => {
    stopped.abort();
    await following.catch(() => undefined);
    await server.close();
  });

  function follow(given: Partial<FollowOptions> = {}): void {
    following = (async () => {
      const messages = followLive({
        connection: { url: server.url, token: 'pk_1', tenant: 'acme', foundIn: '' },
        path: '/v1/live/events',
        signal: stopped.signal,
        onNotice: (line) => notices.push(line),
        firstDelayMs: 1,
        ...given,
      });
      for await (const message of messages) {
        seen.push(message);
        await pause;
      }
    })();
  }
  const connections = (count: number) => waitUntil(() => server.asked.length >= count);
  const positions = () => seen.map(({ id }) => Number(id));
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  it('asks as the connection says', async () => {
    follow();
    await connections(1);
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer pk_1',
      'postel-tenant': 'acme',
      accept: 'text/event-stream',
    });
    expect(server.asked).toEqual([null]);
  });

  it('misses nothing and repeats nothing, however often the connection is cut', async () => {
    follow();
    await connections(1);
    for (let round = 1; round <= 5; round++) {
      server.append(3);
      if (round % 2 === 0) await waitUntil(() => seen.length >= round * 3);
      server.cut();
      server.append(2);
      await connections(round + 1);
      await waitUntil(() => seen.length >= round * 5);
    }
    expect(positions()).toEqual(upTo(25));
  });

  it('goes on where it was ready, when the connection ends before the first message', async () => {
    server.append(7);
    follow();
    await connections(1);
    await waitUntil(() => server.requests.length === 1);
    // a message behind `ready` shows that it was read: none other does
    server.say('event: other\ndata: {}\n\n');
    await waitUntil(() => seen.length === 1);
    server.cut();
    server.append(1);
    await waitUntil(() => seen.length === 2);
    expect(server.asked.slice(0, 2)).toEqual([null, '7']);
    expect(seen[1]?.id).toBe('8');
  });

  it('begins behind the message that is asked for', async () => {
    server.append(5);
    follow({ after: '3' });
    await waitUntil(() => seen.length === 2);
    expect(positions()).toEqual([4, 5]);
  });

  it('does not count a message as read while it is being dealt with', async () => {
    let goOn = () => undefined as void;
    pause = new Promise((resolve) => (goOn = resolve));
    follow();
    await connections(1);
    server.append(3);
    await waitUntil(() => seen.length === 1);
    server.cut();
    goOn();
    await waitUntil(() => seen.length >= 3);
    expect(positions()).toEqual([1, 2, 3]);
  });

  it('waits out a server that is away or has no place, and says so', async () => {
    server.refuse(503);
    follow();
    await waitUntil(() => notices.length >= 2);
    server.refuse(429, { 'retry-after': '0' });
    await waitUntil(() => notices.some((line) => line.startsWith('429')));
    server.refuse(null);
    await connections(1);
    server.append(1);
    await waitUntil(() => seen.length === 1);
    expect(notices[0]).toMatch(/^503 .*; trying again in/);
    expect(notices.at(-1)).toBe('connected again');
  });

  it.each([400, 401, 403, 404])('ends with %i: it would be refused again', async (status) => {
    server.refuse(status);
    follow();
    await expect(following).rejects.toMatchObject({ name: 'ProblemError', status });
  });

  it('connects anew when the server falls silent, and not while comments come', async () => {
    follow({ silenceMs: 1_500 });
    await connections(1);
    const sinceMs = Date.now();
    while (Date.now() - sinceMs < 2_000) {
      server.say(': still here\n\n');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(server.asked).toHaveLength(1);
    await connections(2);
    expect(notices[0]).toMatch(/fallen silent/);
  });

  it('ends without a word when it is interrupted', async () => {
    follow();
    await connections(1);
    stopped.abort();
    await expect(following).resolves.toBeUndefined();
  });
});
