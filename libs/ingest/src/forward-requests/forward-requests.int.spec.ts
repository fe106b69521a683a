import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { apiServerOptions } from '@postel/http-api';
import { createLogger } from '@postel/telemetry';
import { fastify, type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
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
