import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { apiServerOptions } from '@postel/http-api';
import { createLogger } from '@postel/telemetry';
import { fastify, type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registerForwarding } from './forward-requests.js';

let upstream: Server;
let front: FastifyInstance;
/** Of the upstream, in order; a fault takes the place of its answer. */
let asked: string[];
let faults: number;

beforeEach(async () => {
  asked = [];
  upstream = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
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

it('takes an address with its host, as a proxy is told', async () => {
  faults = 0;
  await front.listen({ host: '127.0.0.1', port: 0 });
  const { port } = front.server.address() as AddressInfo;
  const path = 'http://postel.example/v1/events?limit=1';
  const [answer] = (await once(
    request({ host: '127.0.0.1', port, path, agent: false }).end(),
    'response',
  )) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(200);
  expect(asked).toEqual(['GET /v1/events?limit=1']);
});
