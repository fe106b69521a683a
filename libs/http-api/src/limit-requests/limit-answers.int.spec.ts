import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createLogger } from '@postel/telemetry';
import { waitUntil } from '@postel/testing';
import { fastify, type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { guardEverything } from '../authenticate.js';
import { apiServerOptions, prepareApi } from '../create-api.js';
import { deriveCredentialKeys } from '../credentials/credential-keys.js';
import { limitAnswers } from './limit-answers.js';

const token = 'a-token-of-the-operator';
/** More than the system takes of an answer that nobody reads. */
const sizeBytes = 64 * 1024 * 1024;
const unreadEndsAfterMs = 700;

let server: FastifyInstance;
let port: number;
const sockets: Socket[] = [];
/** Ends what the handler of /v1/endpoints waits for. */
let handlers: (() => void)[];

beforeEach(async () => {
  handlers = [];
  const logger = createLogger('test', 'silent');
  server = fastify(apiServerOptions({ bodyLimitBytes: 1_000, logger }));
  prepareApi(server, logger, () => null, { unreadEndsAfterMs });
  guardEverything(server, {
    adminToken: token,
    keys: deriveCredentialKeys('a-secret-of-32-characters-or-more'),
    directory: {
      tenantSinceMs: () => 0,
      apiKeyByHash: () => undefined,
      isRevoked: () => false,
      catchUp: () => Promise.resolve(),
      catchUpForStrangers: () => Promise.resolve(),
    },
    limits: { requestsPerSecond: 0, eventRequestsPerSecond: 0 },
    nowMs: () => Date.now(),
  });
  const line = { maxWaiting: 1, patienceMs: 10_000 };
  limitAnswers(server, { requests: { ...line, room: 2 }, bodies: { ...line, room: 100_000 } });
  const large = 'x'.repeat(sizeBytes);
  server.get('/v1/events', () => large);
  server.get('/v1/deliveries', () => '{}');
  server.post('/v1/events', { bodyLimit: 60_000 }, () => '{}');
  const bodiesOf = () => 'slow';
  server.post('/webhooks/of-slow', { bodyLimit: 60_000, config: { public: true, bodiesOf } }, () => '{}');
  server.get('/v1/live/events', () => '{}');
  server.get('/v1/endpoints', async () => {
    await new Promise<void>((resolve) => handlers.push(resolve));
    return '{}';
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = server.server.address() as AddressInfo);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const end of handlers) end();
  await server.close();
});

const headersOf = (tenant: string) => ({ authorization: `Bearer ${token}`, 'postel-tenant': tenant });

async function ask(path: string, tenant: string, method = 'GET', more = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const headers = Object.entries(headersOf(tenant)).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} ${path} HTTP/1.1\r\nhost: x\r\n${headers.join('')}${more}\r\n`);
  return socket;
}
const connections = () =>
  new Promise<number>((resolve) => server.server.getConnections((_error, count) => resolve(count)));
const statusOf = async (path: string, tenant: string) =>
  (await fetch(`http://127.0.0.1:${port}${path}`, { headers: headersOf(tenant) })).status;

it('ends the connection of a client that takes nothing of its answer', async () => {
  const socket = await ask('/v1/events', 'slow');
  await once(socket, 'readable');
  await waitUntil(async () => (await connections()) === 0, { describe: 'the connection to end' });
});

it('gives a client all that it takes little by little, and waits for a handler that takes its time', async () => {
  const socket = await ask('/v1/events', 'slow');
  const startedAt = performance.now();
  let taken = 0;
  // in more than twice the time in which nothing may be taken
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    taken += chunk.length;
    const dueMs = (taken / sizeBytes) * 2.5 * unreadEndsAfterMs;
    const aheadMs = dueMs - (performance.now() - startedAt);
    if (aheadMs > 20) await new Promise((resolve) => setTimeout(resolve, aheadMs));
    if (taken > sizeBytes) break;
  }
  expect(taken).toBeGreaterThan(sizeBytes);
  const thinking = statusOf('/v1/endpoints', 'slow');
  await waitUntil(() => handlers.length === 1);
  const since = performance.now();
  await waitUntil(() => performance.now() - since > 1.5 * unreadEndsAfterMs);
  handlers[0]?.();
  expect(await thinking).toBe(200);
});

it('lets a tenant wait that has all its places, and nobody else', async () => {
  const first = [statusOf('/v1/endpoints', 'a'), statusOf('/v1/endpoints', 'a')];
  await waitUntil(() => handlers.length === 2);
  const third = await ask('/v1/endpoints', 'a');
  const refused = await fetch(`http://127.0.0.1:${port}/v1/deliveries`, { headers: headersOf('b') });
  expect(refused.status).toBe(200);
  // what goes on is counted elsewhere
  expect(await statusOf('/v1/live/events', 'a')).toBe(200);
  await waitUntil(async () => (await statusOf('/v1/deliveries', 'a')) === 429, {
    describe: 'no more to be taken into the line',
  });
  expect(handlers).toHaveLength(2);
  // who leaves the line makes room in it, and who has a place leaves it at the end
  third.destroy();
  await waitUntil(async () => (await connections()) <= 3);
  const last = statusOf('/v1/endpoints', 'a');
  handlers[0]?.();
  await waitUntil(() => handlers.length === 3);
  for (const end of handlers) end();
  expect(await Promise.all([...first, last])).toEqual([200, 200, 200]);
});

it('takes its places back from who does not read', async () => {
  for (let n = 0; n < 2; n++) await once(await ask('/v1/events', 'slow'), 'readable');
  expect(await statusOf('/v1/deliveries', 'slow')).toBe(200);
});

it.each(['content-length: 60000', 'transfer-encoding: chunked'])(
  'counts bodies of events that come slowly, by their tenant (%s)',
  async (length) => {
    const publish = (tenant: string, sizeBytes: number) =>
      fetch(`http://127.0.0.1:${port}/v1/events`, {
        method: 'POST',
        headers: { ...headersOf(tenant), 'content-type': 'application/json' },
        body: JSON.stringify('x'.repeat(sizeBytes)),
      }).then(({ status }) => status);
    const more = `content-type: application/json\r\n${length}\r\n`;
    const slow = await ask('/v1/events', 'slow', 'POST', more);
    await waitUntil(async () => (await connections()) === 1);
    const waiting = publish('slow', 50_000);
    await waitUntil(async () => (await publish('slow', 50_000)) === 429, { describe: 'the line to be full' });
    expect(await publish('other', 50_000)).toBe(200);
    expect(await publish('slow', 1_000)).toBe(200);
    slow.destroy();
    expect(await waiting).toBe(200);
  },
);

it('counts bodies that anybody may send apart from those of the tenant', async () => {
  const send = (path: string, sizeBytes: number) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { ...headersOf('slow'), 'content-type': 'application/json' },
      body: JSON.stringify('x'.repeat(sizeBytes)),
    }).then(({ status }) => status);
  const more = 'content-type: application/json\r\ncontent-length: 60000\r\n';
  const slow = await ask('/webhooks/of-slow', 'slow', 'POST', more);
  await waitUntil(async () => (await connections()) === 1);
  const waiting = send('/webhooks/of-slow', 50_000);
  await waitUntil(async () => (await send('/webhooks/of-slow', 50_000)) === 429, {
    describe: 'the line to be full',
  });
  expect(await send('/v1/events', 50_000)).toBe(200);
  expect(await send('/webhooks/of-slow', 1_000)).toBe(200);
  slow.destroy();
  expect(await waiting).toBe(200);
});
