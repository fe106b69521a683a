import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from './create-client.js';
import { everyItem } from './every-item.js';
import { ProblemError, unwrap } from './problem-error.js';
import { retryingFetch } from './retrying-fetch.js';

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const listening: Server[] = [];

/** Answers as told, in order, the last one again and again. */
async function serve(...answers: readonly (Answer | 'reset')[]): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const answer = answers[Math.min(seen.length, answers.length - 1)] ?? 'reset';
      seen.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
      if (answer === 'reset') return void request.socket.destroy();
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
    });
  });
  listening.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

afterEach(async () => {
  for (const server of listening.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const published = { id: 'evt_1', type: 'order.created', created: 1, duplicate: false };
const unavailable: Answer = { status: 503, headers: { 'retry-after': '0' } };

describe('the client', () => {
  it('repeats a publish with the same id, after resets and 503s', async () => {
    const { url, seen } = await serve('reset', unavailable, { status: 202, body: published });
    const client = createClient({ url: `${url}/`, token: 'pk_x', tenant: 'acme' });
    const event = { type: 'order.created', data: { object: { id: 'ord_1' } } };
    expect(await client.publish(event)).toEqual(published);
    const bodies = seen.map(({ body }) => JSON.parse(body) as { id: string });
    expect(bodies).toHaveLength(3);
    expect(bodies[0]?.id).toMatch(/^evt_[0-9a-f]{32}$/);
    expect(new Set(bodies.map(({ id }) => id)).size).toBe(1);
    expect(seen[0]).toMatchObject({
      path: '/v1/events',
      headers: { authorization: 'Bearer pk_x', 'postel-tenant': 'acme' },
    });
    expect(seen[0]?.headers['idempotency-key']).toBeUndefined();
  });

  it('keeps the id that a producer gave, in a batch too', async () => {
    const { url, seen } = await serve({ status: 202, body: { accepted: [], rejected: [] } });
    const data = { object: {} };
    await createClient({ url, token: 't' }).publishBatch([
      { id: 'mine', type: 'a.b', data },
      { type: 'a.b', data },
    ]);
    const { events } = JSON.parse(seen[0]?.body ?? '') as { events: { id: string }[] };
    expect(events.map(({ id }) => id)).toEqual(['mine', expect.stringMatching(/^evt_/)]);
  });

  it.each([
    ['an event', '/v1/events', { type: 'a.b', data: { object: {} } }, 1],
    ['one of a batch', '/v1/events/batch', { events: [{ id: 'mine' }, { type: 'a.b' }] }, 1],
    ['a batch that is a bare array', '/v1/events/batch', [{ type: 'a.b' }], 1],
    ['an event that has one', '/v1/events', { id: 'mine', type: 'a.b' }, 2],
    ['a dry run', '/v1/events/explain', { type: 'a.b', data: { object: {} } }, 2],
  ] as const)('sends once what would be two events, for want of an id: %s', async (_, path, body, tries) => {
    const { url, seen } = await serve('reset', { status: 202, body: published });
    const client = createClient({ url, token: 't' });
    await client.POST(path, { body: body as never }).catch(() => null);
    expect(seen).toHaveLength(tries);
  });

  it('gives every other POST an idempotency key, the same at each try', async () => {
    const inProgress: Answer = { status: 409, headers: { 'retry-after': '0' } };
    const { url, seen } = await serve(unavailable, inProgress, { status: 201, body: { id: 'ep_1' } });
    const client = createClient({ url, token: 't' });
    await unwrap(client.POST('/v1/endpoints', { body: { url: 'https://example.com/' } as never }));
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(keys[0]).toEqual(expect.stringMatching(/^[0-9a-f]{32}$/));
    expect(new Set(keys).size).toBe(1);
  });

  it('gives up after the tries it was given, and tells the last answer', async () => {
    const { url, seen } = await serve(unavailable);
    const client = createClient({ url, token: 't', retries: 2 });
    await expect(unwrap(client.GET('/v1/endpoints', {}))).rejects.toMatchObject({ status: 503, code: null });
    expect(seen).toHaveLength(3);
  });

  it('does not repeat a refusal, and throws it with code, path and request id', async () => {
    const problem = {
      type: 'https://postel.dev/problems/invalid_request',
      title: 'Refused',
      status: 422,
      code: 'invalid_request',
      errors: [{ path: 'type', code: 'invalid_type', message: 'a string' }],
    };
    const { url, seen } = await serve({ status: 422, body: problem, headers: { 'x-request-id': 'req-1' } });
    const client = createClient({ url, token: 't' });
    const error: unknown = await client
      .publish({ type: 'x', data: { object: {} } })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      status: 422,
      code: 'invalid_request',
      requestId: 'req-1',
      message: '422 invalid_request: Refused; type: a string',
    });
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['a page of a proxy', { 'content-type': 'text/html' }, 200, '200 with text/html'],
    ['nothing', { 'content-length': '0' }, 200, '200 with application/json'],
    ['204', {}, 204, '204 with application/json'],
    ['an error page', { 'content-type': 'text/html' }, 502, '502 with text/html'],
    ['a redirect', { location: 'https://example.com/v1' }, 301, 'a redirect to https://example.com/v1'],
  ])('takes %s for no answer of the API', async (_, headers, status, what) => {
    const { url, seen } = await serve({ status, headers });
    const client = createClient({ url, token: 't', retries: 0 });
    const error: unknown = await client
      .publish({ type: 'a.b', data: { object: {} } })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      status,
      problem: null,
      message: `the answer is none of Postel's: ${what}`,
    });
    expect(seen.map(({ method }) => method)).toEqual(['POST']);
  });

  it.each([{ ok: true }, { id: 'msg_1' }, [], null, 'fine', { accepted: [] }])(
    'takes %j of another service for no event on disk',
    async (body) => {
      const { url, seen } = await serve({ status: 200, body });
      const client = createClient({ url, token: 't', retries: 3 });
      const event = { type: 'a.b', data: { object: {} } };
      const message = "the answer is none of Postel's: 200 with application/json";
      await expect(client.publish(event)).rejects.toMatchObject({ problem: null, message });
      await expect(client.publishBatch([event])).rejects.toMatchObject({ problem: null, message });
      await expect(client.POST('/v1/events', { body: event })).rejects.toMatchObject({ message });
      expect(seen).toHaveLength(3);
    },
  );

  it('does not follow a redirect, which made a GET of a publish and took its list for the answer', async () => {
    const { url, seen } = await serve(
      { status: 302, headers: { location: '/v1/events?' } },
      { status: 200, body: { data: [], nextCursor: null } },
    );
    const publishing = createClient({ url, token: 't' }).publish({ type: 'a.b', data: { object: {} } });
    await expect(publishing).rejects.toMatchObject({ name: 'ProblemError', status: 302 });
    expect(seen).toHaveLength(1);
  });

  it('tells of an error that only looks like a problem', async () => {
    const { url } = await serve({ status: 400, body: { code: 7, status: 'error', errors: 'bad' } });
    const call = unwrap(createClient({ url, token: 't' }).GET('/v1/endpoints', {}));
    await expect(call).rejects.toMatchObject({ status: 400, problem: null });
  });

  it('waits as long as Retry-After says, within bounds, and longer each time without it', async () => {
    const waits: number[] = [];
    const answers = [
      new Response('', { status: 429, headers: { 'retry-after': '2' } }),
      new Response('', { status: 503, headers: { 'retry-after': '86400' } }),
      new Response('', { status: 502 }),
      new Response('', { status: 200 }),
    ];
    const send = retryingFetch({
      retries: 5,
      timeoutMs: 1_000,
      fetch: () => Promise.resolve(answers.shift() as Response),
      wait: (delayMs) => Promise.resolve(void waits.push(delayMs)),
    });
    expect((await send(new Request('http://127.0.0.1/'))).status).toBe(200);
    expect(waits.slice(0, 2)).toEqual([2_000, 30_000]);
    expect(waits[2]).toBeGreaterThanOrEqual(500);
    expect(waits[2]).toBeLessThanOrEqual(1_500);
  });

  it('stops when its caller does', async () => {
    const { url, seen } = await serve({ status: 503, headers: { 'retry-after': '30' } });
    const caller = new AbortController();
    const call = createClient({ url, token: 't' }).GET('/v1/endpoints', { signal: caller.signal });
    while (seen.length === 0) await new Promise(setImmediate);
    caller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen).toHaveLength(1);
  });

  it('reads a list to its end', async () => {
    const { url, seen } = await serve(
      { status: 200, body: { data: [{ id: 'ep_2' }], nextCursor: 'c1' } },
      { status: 200, body: { data: [{ id: 'ep_1' }], nextCursor: null } },
    );
    const client = createClient({ url, token: 't' });
    const ids: string[] = [];
    const items = everyItem((page) => unwrap(client.GET('/v1/endpoints', { params: { query: page } })));
    for await (const { id } of items) ids.push(id);
    expect(ids).toEqual(['ep_2', 'ep_1']);
    expect(seen.map(({ path }) => path)).toEqual([
      '/v1/endpoints?limit=250',
      '/v1/endpoints?limit=250&cursor=c1',
    ]);
  });
});
