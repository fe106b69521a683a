import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { apiServerOptions } from '@postel/http-api';
import { createLogger } from '@postel/telemetry';
import { EventStreamReader, waitUntil } from '@postel/testing';
import { fastify, type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registerForwarding } from './forward-requests.js';

let upstream: Server;
let front: FastifyInstance;
let url: string;
/** Of the upstream, which go on; all else is begun and never ended. */
let live: ServerResponse[];
let isGood: boolean;
const readers: EventStreamReader[] = [];

beforeEach(async () => {
  live = [];
  isGood = true;
  upstream = createServer((request, response) => {
    if (request.url?.startsWith('/v1/live/')) {
      live.push(response);
      response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
      return void response.write(
        `id: 1\nevent: ready\ndata: ${JSON.stringify(request.headers['last-event-id'])}\n\n`,
      );
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    if (isGood) response.end('{}');
    else response.write('{');
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const to = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const logger = createLogger('test', 'silent');
  front = fastify(apiServerOptions({ bodyLimitBytes: 1_000, logger }));
  const parts = { logger, nowMs: Date.now, directory: { catchUp: () => Promise.resolve() } };
  registerForwarding(front, { upstreams: { metrics: to, 'dead-letter': to }, ...parts }, 100);
  url = await front.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close();
  await front.close();
  upstream.closeAllConnections();
  upstream.close();
});

async function open(): Promise<EventStreamReader> {
  const reader = await EventStreamReader.open(`${url}/v1/live/events?after=7`, { 'last-event-id': '8' });
  readers.push(reader);
  await waitUntil(() => reader.messages.length === 1);
  return reader;
}
const say = (n: number) => live[0]?.write(`data: ${n}\n\n`);

it('passes each message on as it comes, however long there was none', async () => {
  const reader = await open();
  expect(reader.messages[0]?.data).toBe('8');
  say(1);
  await waitUntil(() => reader.messages.length === 2);
  // an answer that has an end is given up when nothing more of it comes
  isGood = false;
  expect((await fetch(`${url}/v1/deliveries`)).status).toBe(503);
  say(2);
  await waitUntil(() => reader.messages.length === 3);
});

it('ends the one side when the other is gone', async () => {
  const left = await open();
  left.close();
  await waitUntil(() => live[0]?.destroyed, { describe: 'the upstream to be told' });
  const cut = await open();
  live[1]?.destroy();
  await cut.ended();
});

it('does not hold up other requests, nor is held up, however many there are', async () => {
  for (let n = 0; n < 70; n++) await open();
  expect((await fetch(`${url}/v1/deliveries`)).status).toBe(200);
});

it('does not hold up a stop', async () => {
  const reader = await open();
  await front.close();
  await reader.ended();
  await waitUntil(() => live[0]?.destroyed);
});
