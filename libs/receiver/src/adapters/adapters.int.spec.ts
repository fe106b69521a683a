import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { Controller, HttpCode, Module, Post, UseGuards, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateSecret, signHeaders, signingKeyOf } from '@postel/signing';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { MemoryIdempotencyStore, Receiver, Verifier, type Webhook as Received } from '../index.js';
import { expressWebhook } from './express.js';
import { fastifyWebhook } from './fastify.js';
import { fetchWebhook } from './fetch.js';
import { honoWebhook } from './hono.js';
import { Webhook, webhookGuard } from './nest.js';

const secret = generateSecret(new Uint8Array(32).fill(7));
const maxBodyBytes = 300 * 1024;
const ends: (() => Promise<unknown>)[] = [];
const handled: Received[] = [];
const errors: unknown[] = [];
let fails = false;

function receiverOf(): Receiver {
  return new Receiver({
    verifier: new Verifier({ secrets: [secret] }),
    maxBodyBytes,
    idempotency: { store: new MemoryIdempotencyStore() },
    onError: (error) => errors.push(error),
    handle: (webhook) => {
      if (fails) throw new Error('the database is away: password=hunter2');
      handled.push(webhook);
      return { seen: webhook.id };
    },
  });
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
}

/** What Bun, Deno and Hono's own server do: a request of node as one of the Fetch API. */
function served(handle: (request: Request) => Response | Promise<Response>): Server {
  return createServer((incoming, outgoing) => {
    const { method = 'POST', url = '/', headers } = incoming;
    const body = Readable.toWeb(incoming) as ReadableStream<Uint8Array>;
    const init = { method, headers: headers as Record<string, string>, body, duplex: 'half' as const };
    void Promise.resolve(handle(new Request(`http://receiver${url}`, init))).then(async (response) => {
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(await response.text());
    });
  });
}

function nestModule(receiver: Receiver) {
  @Controller('webhooks')
  class WebhooksController {
    @Post()
    @HttpCode(200)
    @UseGuards(webhookGuard(receiver))
    receive(@Webhook() webhook: Received): Promise<unknown> {
      return receiver.handle(webhook);
    }
  }
  @Module({ controllers: [WebhooksController] })
  class AppModule {}
  return AppModule;
}

async function nestListening(app: INestApplication): Promise<string> {
  await app.listen(0, '127.0.0.1');
  ends.push(() => app.close());
  return `${await app.getUrl()}/webhooks`;
}

const frameworks: Record<string, (receiver: Receiver) => Promise<string>> = {
  'node:http': (receiver) => listening(createServer(expressWebhook(receiver))),
  express: (receiver) => {
    const app = express();
    app.post('/webhooks', expressWebhook(receiver));
    app.use(express.json());
    return listening(createServer(app));
  },
  'express with express.raw': (receiver) => {
    const app = express();
    app.post(
      '/webhooks',
      express.raw({ type: () => true, inflate: false, limit: maxBodyBytes }),
      expressWebhook(receiver),
    );
    return listening(createServer(app));
  },
  fastify: async (receiver) => {
    const app = fastify();
    await app.register(fastifyWebhook, { receiver, path: '/webhooks' });
    await app.listen({ port: 0, host: '127.0.0.1' });
    ends.push(() => app.close());
    return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/webhooks`;
  },
  hono: (receiver) => {
    const app = new Hono().post('/webhooks', honoWebhook(receiver));
    return listening(served((request) => app.fetch(request)));
  },
  fetch: (receiver) => listening(served(fetchWebhook(receiver))),
  'nest on express': async (receiver) =>
    nestListening(await NestFactory.create(nestModule(receiver), { bodyParser: false, logger: false })),
  'nest on fastify': async (receiver) => {
    const app = await NestFactory.create<NestFastifyApplication>(
      nestModule(receiver),
      new FastifyAdapter({ bodyLimit: maxBodyBytes }),
      { rawBody: true, logger: false },
    );
    return nestListening(app);
  },
};

interface Sent {
  readonly headers?: Record<string, string>;
  readonly isChunked?: boolean;
  readonly signed?: string | Buffer;
  readonly id?: string;
}

let count = 0;

function send(url: string, body: string | Buffer, sent: Sent = {}) {
  const bytes = Buffer.from(body);
  const { headers = {}, isChunked = false, signed = bytes, id = `evt_${(count += 1)}` } = sent;
  const signatures = signHeaders({
    schemes: ['standard'],
    keys: [signingKeyOf(secret)],
    messageId: id,
    deliveryId: 'dlv_1',
    attemptNumber: 1,
    timestampSec: Math.floor(Date.now() / 1_000),
    body: Buffer.from(signed),
  });
  return new Promise<{ status: number; body: Record<string, unknown>; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const length = isChunked ? {} : { 'content-length': String(bytes.length) };
      const all = { 'content-type': 'application/json', ...length, ...signatures, ...headers };
      const request = httpRequest(url, { method: 'POST', headers: all }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json = (text.startsWith('{') ? JSON.parse(text) : { text }) as Record<string, unknown>;
          resolve({ status: response.statusCode ?? 0, body: json, headers: response.headers });
        });
      });
      request.on('error', reject);
      if (!isChunked) return void request.end(bytes);
      request.write(bytes.subarray(0, 5));
      request.end(bytes.subarray(5));
    },
  );
}

afterEach(() => {
  fails = false;
  handled.length = 0;
  errors.length = 0;
});
afterAll(() => Promise.all(ends.map((end) => end())));

describe.each(Object.entries(frameworks))('a webhook over HTTP to %s', (name, start) => {
  let url: string | undefined;
  const at = async () => (url ??= await start(receiverOf()));
  // there the framework's parser reads first, unless it is told not to
  const parsesFirst = name === 'nest on fastify';

  it.each<[string, string, Sent]>([
    ['JSON', '{"type":"a","n":10.50}', {}],
    ['unicode', '{"type":"a","name":"Zoë ☕ 😀 \\u00e9"}', {}],
    ['white space and line ends of its own', '\r\n { "type" : "a" }\n\n', {}],
    ['256 KiB', JSON.stringify({ type: 'a', text: 'é'.repeat(128 * 1024 - 20) }), {}],
    ['chunks', '{"type":"a","name":"Zoë"}', { isChunked: true }],
    ['a charset', '{"type":"a"}', { headers: { 'content-type': 'application/json; charset=UTF-8' } }],
  ])('takes %s, byte for byte', async (_, body, sent) => {
    const answer = await send(await at(), body, sent);
    expect(answer).toMatchObject({ status: 200 });
    expect(handled).toHaveLength(1);
    expect(Buffer.from(handled[0]?.body ?? []).toString()).toBe(body);
    expect(answer.body).toEqual({ seen: handled[0]?.id });
  });

  if (!parsesFirst)
    it.each([
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/cloudevents+json',
      'application/octet-stream',
    ])('takes JSON that is called %s', async (type) => {
      const headers = { 'content-type': type };
      expect((await send(await at(), '{"type":"a"}', { headers })).status).toBe(200);
    });

  it('answers 401 with a code, and does not say what it expected', async () => {
    const answer = await send(await at(), '{"n":10.50}', { signed: '{"n":10.5}' });
    expect(answer).toMatchObject({ status: 401, body: { code: 'INVALID_SIGNATURE' } });
    const missing = await send(await at(), '{}', { headers: { 'webhook-signature': '' } });
    expect(missing).toMatchObject({ status: 401, body: { code: 'MISSING_HEADER' } });
    const old = await send(await at(), '{}', { headers: { 'webhook-timestamp': '1702987200' } });
    expect(old).toMatchObject({ status: 401, body: { code: 'TIMESTAMP_EXPIRED' } });
    expect(handled).toEqual([]);
  });

  it('answers 400 to what is signed and no JSON', async () => {
    for (const body of ['', 'hello', '{"a":', Buffer.from([0x22, 0xff, 0x22])])
      expect((await send(await at(), body)).status).toBe(400);
    expect(handled).toEqual([]);
  });

  it.each([false, true])('answers 413 to what is too large, and goes on (chunked: %s)', async (isChunked) => {
    const body = JSON.stringify({ text: 'a'.repeat(maxBodyBytes) });
    expect(await send(await at(), body, { isChunked })).toMatchObject({ status: 413 });
    expect((await send(await at(), '{"type":"a"}')).status).toBe(200);
  });

  // express.raw keeps no more either, and answers when all has come
  if (name !== 'express with express.raw')
    it('answers 413 to a body without an end, and keeps no more of it', async () => {
      const status = await new Promise<number>((resolve, reject) => {
        void at().then((to) => {
          const request = httpRequest(to, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
          });
          request.on('response', (response) => {
            resolve(response.statusCode ?? 0);
            request.destroy();
          });
          request.on('error', reject);
          request.write(Buffer.alloc(maxBodyBytes + 1, 0x20));
        }, reject);
      });
      expect(status).toBe(413);
    });

  it('answers 415 to a compressed body', async () => {
    const body = gzipSync('{"type":"a"}');
    const sent = { headers: { 'content-encoding': 'gzip' } };
    expect((await send(await at(), body, sent)).status).toBe(parsesFirst ? 400 : 415);
    expect(handled).toEqual([]);
  });

  it('runs the handler again after a failure, and not after a success', async () => {
    const sent = { id: `evt_again_${name}` };
    fails = true;
    const failed = await send(await at(), '{"type":"a"}', sent);
    expect(failed.status).toBe(500);
    expect(JSON.stringify(failed)).not.toContain('hunter2');
    expect(errors).toHaveLength(1);
    fails = false;
    const first = await send(await at(), '{"type":"a"}', sent);
    expect(await send(await at(), '{"type":"a"}', sent)).toMatchObject({ status: 200, body: first.body });
    expect(handled).toHaveLength(1);
  });
});

describe('a body that was parsed before', () => {
  it.each(['express', 'nest on express', 'nest on fastify'])(
    'is refused by %s, with what to do',
    async (name) => {
      const thrown: unknown[] = [];
      const receiver = new Receiver({
        verifier: new Verifier({ secrets: [secret] }),
        handle: () => handled.push,
        onError: (error) => thrown.push(error),
      });
      let url: string;
      if (name === 'express') {
        const app = express();
        app.use(express.json());
        app.post('/webhooks', expressWebhook(receiver));
        app.use((error: unknown, _request: unknown, response: express.Response, _next: unknown) => {
          thrown.push(error);
          response.status(500).end();
        });
        url = await listening(createServer(app));
      } else {
        const adapter = name.endsWith('fastify') ? [new FastifyAdapter()] : [];
        const app = await NestFactory.create(nestModule(receiver), ...(adapter as []), { logger: false });
        url = await nestListening(app);
      }
      expect((await send(url, '{"type":"a"}')).status).toBe(500);
      expect(thrown[0]).toBeInstanceOf(TypeError);
      expect(String(thrown[0])).toContain('raw bytes');
    },
  );
});
