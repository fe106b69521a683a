import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { apiServerOptions } from '@postel/http-api';
import { createLogger } from '@postel/telemetry';
import { waitUntil } from '@postel/testing';
import { fastify, type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { registerForwarding } from './forward-requests.js';

let upstream: Server;
let front: FastifyInstance;
/** Of the upstream, in order; a fault takes the place of its answer. */
let asked: string[];
let faults: number;
/** What the upstream answers. */
let answer: string;
let breaksOff: boolean;
/** Answers that were taken to their end. */
let told: number;
let bodies: string[];
/** Requests that the front has begun to take. */
let began: number;
let askedBy: IncomingHttpHeaders;

beforeEach(async () => {
  asked = [];
  bodies = [];
  answer = '{}';
  breaksOff = false;
  told = 0;
  began = 0;
  upstream = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    askedBy = request.headers;
    if (faults-- > 0) return void request.socket.destroy();
    void text(request).then((body) => {
      bodies.push(body);
      response.once('finish', () => (told += 1));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
      if (!breaksOff) return void response.end(answer);
      response.write('{', () => response.destroy());
    });
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const logger = createLogger('test', 'silent');
  front = fastify(apiServerOptions({ bodyLimitBytes: 1_000, logger }));
  front.addHook('onRequest', (_request, _reply, next) => {
    began += 1;
    next();
  });
  const parts = { logger, nowMs: Date.now, directory: { catchUp: () => Promise.resolve() } };
  registerForwarding(front, { upstreams: { metrics: url, 'dead-letter': url }, ...parts });
  await front.ready();
});
afterEach(async () => {
  await front.close();
  upstream.close();
});

const statusOf = async (method: 'GET' | 'POST', url: string) =>
  (await front.inject({ method, url })).statusCode;

it('asks again for what is only read, when the connection ends before the answer', async () => {
  faults = 2;
  expect(await statusOf('GET', '/v1/deliveries')).toBe(200);
  expect(asked).toHaveLength(3);
});

it('gives up, and says so', async () => {
  faults = 99;
  expect(await statusOf('GET', '/v1/deliveries')).toBe(503);
  expect(asked).toHaveLength(8);
});

it('does not ask twice for what may have been done', async () => {
  faults = 1;
  expect(await statusOf('POST', '/v1/deliveries/dlv_1/retry')).toBe(503);
  expect(asked).toEqual(['POST /v1/deliveries/dlv_1/retry']);
});

it.each([
  '/v1/events?type=%',
  '/v1/events?since=%ff',
  '/v1/events?type=../x',
  '/v1/events?type=a%20b&limit=1',
])('passes the query on as it came, to be judged there: %s', async (url) => {
  faults = 0;
  expect(await statusOf('GET', url)).toBe(200);
  expect(asked).toEqual([`GET ${url}`]);
});

/** By a connection of its own. @returns the status */
async function ask(options: RequestOptions, body = ''): Promise<number | undefined> {
  await front.listen({ host: '127.0.0.1', port: 0 });
  const { port } = front.server.address() as AddressInfo;
  const sent = request({ host: '127.0.0.1', port, agent: false, ...options }).end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}

it.each(['http', 'HTTP'])('takes an address with its host, as a proxy is told: %s', async (scheme) => {
  faults = 0;
  expect(await ask({ path: `${scheme}://postel.example/v1/events?limit=1` })).toBe(200);
  expect(asked).toEqual(['GET /v1/events?limit=1']);
});

it('passes on a body that its client sends only when it is told to continue', async () => {
  faults = 0;
  const path = '/v1/dead-letters/redrive';
  const headers = { expect: '100-continue', 'content-type': 'application/json', 'content-length': 2 };
  expect(await ask({ method: 'POST', path, headers }, '{}')).toBe(200);
  expect(asked).toEqual([`POST ${path}`]);
});

it('passes on for whom the request was judged, whatever is said to be of this connection alone', async () => {
  faults = 0;
  const headers = {
    authorization: 'Bearer pat_x',
    'postel-tenant': 'acme',
    connection: 'close, postel-tenant, authorization',
  };
  expect(await ask({ path: '/v1/deliveries', headers })).toBe(200);
  expect(askedBy).toMatchObject({ authorization: 'Bearer pat_x', 'postel-tenant': 'acme' });
});

it('gives nobody a connection to where it leads before all of the request is there', async () => {
  faults = 0;
  await front.listen({ host: '127.0.0.1', port: 0 });
  const { port } = front.server.address() as AddressInfo;
  const path = '/v1/dead-letters/redrive';
  const headers = { 'content-type': 'application/json', 'content-length': '10' };
  // as many as there are connections
  const slow = Array.from({ length: 256 }, () => {
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false });
    sent.on('error', () => undefined).write('{');
    return sent;
  });
  await waitUntil(() => began === slow.length, { describe: 'the slow requests to have begun' });
  const answer = await front.inject({ method: 'POST', url: path, payload: { type: 'order.created' } });
  expect(answer.statusCode).toBe(200);
  expect(bodies).toEqual(['{"type":"order.created"}']);
  for (const sent of slow) sent.destroy();
});

it('holds no connection to where it leads for as long as its answer is not read', async () => {
  faults = 0;
  // more than the system takes of an answer that nobody reads
  answer = `"${'x'.repeat(32 * 1024 * 1024)}"`;
  await front.listen({ host: '127.0.0.1', port: 0 });
  const { port } = front.server.address() as AddressInfo;
  const sent = request({ host: '127.0.0.1', port, path: '/v1/deliveries', agent: false }).end();
  const [unread] = (await once(sent, 'response')) as [IncomingMessage];
  await waitUntil(() => told === 1, { describe: 'all of the answer to be taken from there' });
  expect((await text(unread)).length).toBe(answer.length);
});

it('says so when an answer breaks off', async () => {
  faults = 0;
  breaksOff = true;
  const broken = await front.inject({ method: 'GET', url: '/v1/deliveries' });
  expect([broken.statusCode, broken.json()]).toMatchObject([503, { code: 'upstream_unavailable' }]);
});

it('passes a body on byte by byte, whatever it says it is, and none where there is none', async () => {
  faults = 0;
  const post = (payload: Buffer | undefined, headers: Record<string, string>) =>
    front.inject({
      method: 'POST',
      url: '/v1/dead-letters/redrive',
      headers,
      ...(payload ? { payload } : {}),
    });
  await post(Buffer.from(' {"a":1.0} '), { 'content-type': 'application/json; charset=utf-8' });
  expect(askedBy['content-type']).toBe('application/json; charset=utf-8');
  await post(Buffer.from([0, 255]), { 'content-type': 'text/odd' });
  await post(Buffer.from('?'), {});
  expect(askedBy['content-type']).toBe('application/octet-stream');
  await post(undefined, {});
  expect(bodies).toEqual([' {"a":1.0} ', Buffer.from([0, 255]).toString(), '?', '']);
});
