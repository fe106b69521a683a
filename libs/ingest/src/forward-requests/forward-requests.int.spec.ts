import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { apiServerOptions } from '@postel/http-api';
import { createLogger } from '@postel/telemetry';
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
import { registerForwarding } from './forward-requests.js';

let upstream: Server;
let front: FastifyInstance;
/** Of the upstream, in order; a fault takes the place of its answer. */
let asked: string[];
let faults: number;
let askedBy: IncomingHttpHeaders;

beforeEach(async () => {
  asked = [];
  upstream = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    askedBy = request.headers;
    if (faults-- > 0) return void request.socket.destroy();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const logger = createLogger('test', 'silent');
  front = fastify(apiServerOptions({ bodyLimitBytes: 1_000, logger }));
  registerForwarding(front, { metrics: url, 'dead-letter': url }, logger);
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
