import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { idempotencyOfTenantFilter } from '@postel/contracts';
import {
  apiServerOptions,
  deriveCredentialKeys,
  guardEverything,
  prepareApi,
  refuse,
} from '@postel/http-api';
import { connectBroker, ensureTopology, type Broker } from '@postel/jetstream';
import { LocalKeyWrapper } from '@postel/signing';
import { createLogger } from '@postel/telemetry';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { fastify, type FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { answerRepeats } from './answer-repeats.js';
import { KeptAnswers } from './kept-answers.js';
import { leaseMs } from './remembered.js';

const secret = 'whsec_never_in_the_clear';

describe('repeated requests', () => {
  let nats: TestServer;
  let broker: Broker;
  let servers: FastifyInstance[];
  let calls: number;
  let answerNext: (call: number) => Promise<unknown>;
  /** Between the clock of the broker and that of the services. */
  let aheadMs: number;

  beforeAll(async () => {
    nats = await startTestNats();
    broker = await connectBroker({ servers: [nats.url], name: 'test' });
    await ensureTopology(broker, { replicas: 1 });
  });
  afterAll(async () => {
    await broker?.close();
    await nats?.stop();
    await expectNoLeaks();
  });
  beforeEach(async () => {
    servers = [];
    calls = 0;
    aheadMs = 0;
    answerNext = (call) => Promise.resolve({ call, secret });
    await broker.jsm.streams.purge('IDEMPOTENCY');
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });

  /** One replica; it serves what the table of routes has, with a handler that counts. */
  async function replica(options: { masterKey?: Buffer; crash?: () => void } = {}): Promise<FastifyInstance> {
    const logger = createLogger('test', 'silent');
    const server = fastify(apiServerOptions({ bodyLimitBytes: 100_000, logger }));
    prepareApi(server, logger, () => null);
    guardEverything(server, {
      adminToken: 'token',
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
    const kept = new KeptAnswers({
      broker,
      keyWrapper: new LocalKeyWrapper(options.masterKey ?? Buffer.alloc(32, 7)),
      nowMs: () => Date.now() + aheadMs,
    });
    // a process that is killed here has done the work, and keeps no answer
    const dying = () => (options.crash?.(), new Promise<never>(() => undefined));
    const port = {
      claim: kept.claim.bind(kept),
      release: kept.release.bind(kept),
      keep: options.crash ? dying : kept.keep.bind(kept),
    };
    answerRepeats(server, { kept: port, logger });
    for (const url of ['/v1/endpoints', '/v1/endpoints/:id/pause'])
      server.post(url, async (_request, reply) => reply.code(201).send(await answerNext(++calls)));
    server.post('/v1/events', async () => answerNext(++calls));
    void server.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
      scope.post('/v1/dead-letters/redrive', async (request, reply) => {
        calls += 1;
        const body = await text(request.body as Readable);
        return reply
          .header('content-type', 'application/json; charset=utf-8')
          .header('transfer-encoding', 'chunked')
          .send(Readable.from([Buffer.from(JSON.stringify({ calls, body }))]));
      });
      done();
    });
    await server.ready();
    servers.push(server);
    return server;
  }

  const post = async (
    server: FastifyInstance,
    key: string | null,
    body: unknown = { url: 'a' },
    more: { url?: string; tenant?: string } = {},
  ) => {
    const answer = await server.inject({
      method: 'POST',
      url: more.url ?? '/v1/endpoints',
      headers: {
        authorization: 'Bearer token',
        'content-type': 'application/json',
        'postel-tenant': more.tenant ?? 'default',
        ...(key === null ? {} : { 'idempotency-key': key }),
      },
      payload: JSON.stringify(body),
    });
    return {
      status: answer.statusCode,
      body: answer.payload,
      code: (JSON.parse(answer.payload) as { code?: string }).code,
      replayed: answer.headers['idempotent-replayed'],
      retryAfter: answer.headers['retry-after'],
      type: answer.headers['content-type'],
    };
  };

  it('get the first answer, from any replica, and do nothing', async () => {
    const [one, other] = [await replica(), await replica()];
    const first = await post(one, 'k');
    const again = [await post(one, 'k'), await post(other, 'k')];
    expect(first).toMatchObject({ status: 201, replayed: undefined });
    expect(again).toEqual([1, 2].map(() => ({ ...first, replayed: 'true' })));
    expect(calls).toBe(1);
  });

  it('with another body, or another query, are refused', async () => {
    const server = await replica();
    await post(server, 'k');
    for (const answer of [
      await post(server, 'k', { url: 'b' }),
      await post(server, 'k', undefined, { url: '/v1/endpoints?force=true' }),
    ])
      expect([answer.status, answer.code]).toEqual([409, 'idempotency_conflict']);
    expect(calls).toBe(1);
  });

  it('are other requests on another route, for another tenant, and without a key', async () => {
    const server = await replica();
    await post(server, 'k');
    await post(server, 'k', undefined, { tenant: 'acme' });
    await post(server, 'k', undefined, { url: '/v1/endpoints/ep_1/pause' });
    await post(server, 'k', undefined, { url: '/v1/endpoints/ep_2/pause' });
    await post(server, null);
    await post(server, null);
    expect(calls).toBe(6);
  });

  it('of events are not looked at: an event has its own id', async () => {
    const server = await replica();
    await post(server, 'k', {}, { url: '/v1/events' });
    await post(server, 'k', {}, { url: '/v1/events' });
    expect(calls).toBe(2);
  });

  it('wait while the first is under way: of a crowd one does the work', async () => {
    const [one, other] = [await replica(), await replica()];
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    answerNext = (call) => finished.then(() => ({ call }));
    const crowd = Array.from({ length: 20 }, (_, n) => post(n % 2 === 0 ? one : other, 'k'));
    const told: string[] = [];
    for (const request of crowd) void request.then(({ code }) => told.push(code ?? 'answer'));
    await waitUntil(() => told.length === 19);
    finish();
    const answers = await Promise.all(crowd);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, code, retryAfter } of answers.filter(({ status }) => status !== 201)) {
      expect([status, code]).toEqual([409, 'idempotency_in_progress']);
      expect(Number(retryAfter)).toBeGreaterThan(0);
    }
    expect(calls).toBe(1);
  });

  it('do the work again when the first was refused or failed, and not when it was decided', async () => {
    const server = await replica();
    const attempts: (() => unknown)[] = [
      () => refuse('invalid_request'),
      () => refuse('endpoint_changed'),
      () => refuse('broker_unavailable'),
      () => {
        throw new Error('a bug');
      },
      () => refuse('endpoint_not_active'),
    ];
    answerNext = (call) => Promise.resolve().then(() => (attempts[call - 1] as () => unknown)());
    const statuses: number[] = [];
    for (let n = 0; n < 7; n++) statuses.push((await post(server, 'k')).status);
    expect(statuses).toEqual([422, 409, 503, 500, 409, 409, 409]);
    expect(calls).toBe(5);
    expect(await post(server, 'k')).toMatchObject({ code: 'endpoint_not_active', replayed: 'true' });
    expect((await post(server, 'k')).type).toMatch(/^application\/problem\+json/);
  });

  it('wait for the lease of a process that died between the work and the answer, then do it again', async () => {
    let died = (): void => undefined;
    const dead = new Promise<void>((resolve) => (died = resolve));
    const [dying, other] = [await replica({ crash: died }), await replica()];
    void post(dying, 'k').catch(() => undefined);
    await dead;
    expect(await post(other, 'k')).toMatchObject({ status: 409, code: 'idempotency_in_progress' });
    aheadMs = leaseMs;
    expect((await post(other, 'k', { url: 'b' })).code).toBe('idempotency_conflict');
    const done = await post(other, 'k');
    expect([done.status, calls]).toEqual([201, 2]);
    expect(await post(other, 'k')).toEqual({ ...done, replayed: 'true' });
    expect(calls).toBe(2);
  });

  it('keep the answer of whoever took the claim over, not of the one that came too late', async () => {
    const server = await replica();
    const finish: (() => void)[] = [];
    answerNext = (call) => new Promise((resolve) => finish.push(() => resolve({ call })));
    const slow = post(server, 'k');
    while (finish.length < 1) await new Promise((resolve) => setImmediate(resolve));
    aheadMs = leaseMs;
    const second = post(server, 'k');
    while (finish.length < 2) await new Promise((resolve) => setImmediate(resolve));
    finish[0]?.();
    expect((await slow).body).toContain('"call":1');
    aheadMs = 0;
    expect((await post(server, 'k')).code).toBe('idempotency_in_progress');
    finish[1]?.();
    await second;
    expect((await post(server, 'k')).body).toContain('"call":2');
  });

  it('are known on routes that are passed on as streams', async () => {
    const server = await replica();
    const more = { url: '/v1/dead-letters/redrive' };
    const first = await post(server, 'k', { reason: 'gone' }, more);
    expect(JSON.parse(first.body)).toEqual({ calls: 1, body: '{"reason":"gone"}' });
    expect(await post(server, 'k', { reason: 'gone' }, more)).toEqual({ ...first, replayed: 'true' });
    expect((await post(server, 'k', { reason: 'exhausted' }, more)).code).toBe('idempotency_conflict');
  });

  it('leave no secret in the stream, and nothing of a tenant that is purged', async () => {
    const server = await replica();
    const { body } = await post(server, 'k', { secret });
    expect(body).toContain(secret);
    const { messages } = (await broker.jsm.streams.info('IDEMPOTENCY')).state;
    expect(messages).toBe(1);
    const [message] = await storedTexts();
    expect(message).toContain('"state":"answered"');
    expect(message).not.toContain(secret);
    expect(Buffer.from(message ?? '', 'base64').toString()).not.toContain(secret);
    await broker.jsm.streams.purge('IDEMPOTENCY', { filter: idempotencyOfTenantFilter('default') });
    await post(server, 'k', { secret });
    expect(calls).toBe(2);
  });

  it('are refused when another master key sealed what is known', async () => {
    await post(await replica(), 'k');
    const other = await replica({ masterKey: Buffer.alloc(32, 8) });
    expect((await post(other, 'k')).code).toBe('idempotency_conflict');
    expect(calls).toBe(1);
  });

  it('are held for 24 hours by the broker, the last message of each alone', async () => {
    const { config } = await broker.jsm.streams.info('IDEMPOTENCY');
    expect([config.max_age / 1e9, config.max_msgs_per_subject]).toEqual([86_400, 1]);
  });

  async function storedTexts(): Promise<string[]> {
    const { first_seq, last_seq } = (await broker.jsm.streams.info('IDEMPOTENCY')).state;
    const texts: string[] = [];
    for (let seq = first_seq; seq <= last_seq; seq++) {
      const message = await broker.jsm.streams.getMessage('IDEMPOTENCY', { seq });
      if (message) texts.push(message.string());
    }
    return texts;
  }
});
