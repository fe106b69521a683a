import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  factPosition,
  liveDelivery,
  liveEvent,
  liveMissing,
  natsHeaders,
  type ApiKeyState,
  type LogFact,
} from '@postel/contracts';
import {
  apiServerOptions,
  deriveCredentialKeys,
  guardEverything,
  hashApiKey,
  prepareApi,
} from '@postel/http-api';
import {
  BatchingPublisher,
  connectBroker,
  ensureTopology,
  eraseMessage,
  FactLog,
  type Broker,
} from '@postel/jetstream';
import { createLogger } from '@postel/telemetry';
import { EventStreamReader, expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { fastify, type FastifyInstance } from 'fastify';
import type { MetricsParts } from '../parts.js';
import { LiveAnswers, type LiveAnswersOptions } from './live-answers.js';
import { LiveController } from './live.controller.js';
import { created, deferred, died, fannedOut, succeeded, unmatched } from './live.fixture.js';

const adminToken = 'the-token-of-the-operator';
const keys = deriveCredentialKeys('a-secret-of-32-characters-or-more');

let nats: TestServer;
let broker: Broker;
let server: FastifyInstance;
let live: LiveAnswers;
let url: string;
let readers: EventStreamReader[];
let apiKeys: Map<string, ApiKeyState>;
let tenants: Set<string>;

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(async () => {
  await nats.stop();
  await expectNoLeaks();
});
beforeEach(async () => {
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  readers = [];
  apiKeys = new Map();
  tenants = new Set(['default', 'acme', 'other']);
  await serve();
});
afterEach(async () => {
  for (const reader of readers) reader.close();
  live.endAll();
  await server.close();
  // with CONFIG, or the others would begin behind all that they had (ADR 51)
  for (const stream of ['LOG', 'EVENTS', 'CONFIG']) await broker.jsm.streams.delete(stream);
  await broker.close();
});

/** @param options of the live answers, @param http of the server */
async function serve(options: Partial<LiveAnswersOptions> = {}, http: object = {}): Promise<void> {
  await server?.close();
  live = new LiveAnswers({ checkAccessMs: 20, ...options });
  const logger = createLogger('test', 'silent');
  server = fastify({ ...apiServerOptions({ bodyLimitBytes: 1_000, logger }), ...http });
  prepareApi(server, logger, () => null);
  guardEverything(server, {
    adminToken,
    keys,
    directory: {
      tenantSinceMs: (tenant) => (tenants.has(tenant) ? 0 : null),
      apiKeyByHash: (hash) => apiKeys.get(hash),
      isRevoked: () => false,
      catchUp: () => Promise.resolve(),
      catchUpForStrangers: () => Promise.resolve(),
    },
    limits: { requestsPerSecond: 0, eventRequestsPerSecond: 0 },
    nowMs: () => Date.now(),
  });
  const endpoints: Record<string, object> = { ep_1: { tenant: 'acme', url: 'http://now' } };
  const controller = new LiveController({
    broker,
    live,
    logger,
    tables: { endpoint: (id: string) => endpoints[id] && { state: endpoints[id] } },
    nowMs: () => Date.now(),
  } as unknown as MetricsParts);
  server.get('/v1/live/deliveries', (request, reply) => controller.deliveries(request.query, request, reply));
  server.get('/v1/live/events', (request, reply) => controller.events(request.query, request, reply));
  url = await server.listen({ port: 0, host: '127.0.0.1' });
}

interface Asked {
  readonly tenant?: string;
  readonly token?: string;
  readonly lastEventId?: string;
}

async function open(path: string, { tenant, token = adminToken, lastEventId }: Asked = {}) {
  const reader = await EventStreamReader.open(`${url}/v1/live/${path}`, {
    authorization: `Bearer ${token}`,
    ...(token === adminToken ? { 'postel-tenant': tenant ?? 'acme' } : {}),
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  });
  readers.push(reader);
  return reader;
}

async function opened(path: string, asked: Asked = {}): Promise<EventStreamReader> {
  const reader = await open(path, asked);
  await waitUntil(() => reader.of('ready').length === 1, { describe: `${path} to be ready` });
  return reader;
}

const append = (...facts: readonly LogFact[]) => new FactLog(broker).append(...facts);

/** The deliveries that a reader was told of, in order, as far as the contract has a word for them. */
const told = (reader: EventStreamReader) =>
  reader.of('delivery').map(({ data }) => liveDelivery.strict().parse(data));
const idsAndStates = (reader: EventStreamReader) =>
  told(reader).map(({ delivery: { id, status } }) => `${id} ${status}`);
const until = (reader: EventStreamReader, count: number) =>
  waitUntil(() => reader.messages.length - reader.of('ready').length >= count, {
    describe: `${count} messages`,
  });

describe('deliveries, live', () => {
  it('begins with where it is, and tells what comes after', async () => {
    await append(fannedOut(1));
    const reader = await opened('deliveries');
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    expect(reader.retryMs).toBe(1_000);
    expect(reader.of('ready')[0]).toMatchObject({ data: { position: reader.lastEventId } });
    await append(fannedOut(2, ['ep_1', 'ep_2']), deferred(2), succeeded(2, 2));
    await until(reader, 4);
    expect(idsAndStates(reader)).toEqual([
      'dlv_2_ep_1 pending',
      'dlv_2_ep_2 pending',
      'dlv_2_ep_1 retrying',
      'dlv_2_ep_1 succeeded',
    ]);
    const [first, , failed, done] = told(reader);
    expect(first).toMatchObject({ delivery: { attempts: 0, lastStatus: null, url: 'http://ep_1' } });
    expect(first).not.toHaveProperty('attempt');
    expect(failed).toMatchObject({
      delivery: {
        url: 'http://attempted', // and not where it would have gone when it was made
        attempts: 1,
        lastStatus: 503,
        nextAttemptAt: expect.any(String),
        completedAt: null,
      },
      attempt: { number: 1, status: 503, outcome: 'retry', error: null },
    });
    expect(done).toMatchObject({
      delivery: { attempts: 2, lastStatus: 200, createdAt: first?.delivery.createdAt },
      attempt: { number: 2, status: 200, outcome: 'succeeded' },
    });
    for (const { id, data } of reader.of('delivery')) expect(data).toMatchObject({ position: id });
  });

  it('goes on behind each position without losing or repeating one', async () => {
    await append(fannedOut(1, ['ep_1', 'ep_2', 'ep_3']), fannedOut(2), created(3));
    await append(deferred(1), succeeded(1, 2), died(2));
    const all = await opened('deliveries?after=0');
    await until(all, 8);
    const ids = all.messages.filter(({ event }) => event === 'delivery').map(({ id }) => id);
    for (const [index, id] of ids.entries()) {
      for (const asked of [open(`deliveries?after=${id}`), open('deliveries?after=0', { lastEventId: id })]) {
        const reader = await asked;
        await until(reader, ids.length - index - 1);
        await append(fannedOut(100 + index));
        await until(reader, ids.length - index);
        expect(reader.of('delivery').slice(0, ids.length - index - 1)).toEqual(
          all
            .of('delivery')
            .slice(index + 1, ids.length)
            .map(({ id: position }) => expect.objectContaining({ id: position })),
        );
        reader.close();
      }
    }
  });

  it('tells a fact that comes twice once, and an outcome whose beginning it has not seen', async () => {
    await append(fannedOut(1), deferred(1));
    const reader = await opened('deliveries');
    await append(succeeded(1, 2), succeeded(1, 2));
    await append(fannedOut(2), fannedOut(2));
    await append(fannedOut(3));
    await until(reader, 3);
    expect(idsAndStates(reader)).toEqual([
      'dlv_1_ep_1 succeeded',
      'dlv_2_ep_1 pending',
      'dlv_3_ep_1 pending',
    ]);
    expect(told(reader)[0]).toMatchObject({ delivery: { url: 'http://attempted', attempts: 2 } });
  });

  it('keeps to its endpoint, type and status, and refuses an endpoint of another tenant', async () => {
    const ofEndpoint = await opened('deliveries?endpointId=ep_1');
    const ofType = await opened('deliveries?type=user.*');
    const ofStatus = await opened('deliveries?status=dead');
    await append(fannedOut(1, ['ep_1', 'ep_2']), died(1, 'ep_2'), died(1));
    await append(fannedOut(2, ['ep_2'], { type: 'user.created' }));
    await Promise.all([until(ofEndpoint, 2), until(ofType, 1), until(ofStatus, 2)]);
    expect(idsAndStates(ofEndpoint)).toEqual(['dlv_1_ep_1 pending', 'dlv_1_ep_1 dead']);
    expect(idsAndStates(ofType)).toEqual(['dlv_2_ep_2 pending']);
    expect(idsAndStates(ofStatus)).toEqual(['dlv_1_ep_2 dead', 'dlv_1_ep_1 dead']);
    const refused = await open('deliveries?endpointId=ep_1', { tenant: 'other' });
    expect(refused.status).toBe(404);
  });

  it('shows nothing of another tenant', async () => {
    const reader = await opened('deliveries?after=0', { tenant: 'other' });
    await append(fannedOut(1), fannedOut(2, ['ep_9'], { tenant: 'other' }), succeeded(1, 1));
    await until(reader, 1);
    await append(fannedOut(3), fannedOut(4, ['ep_9'], { tenant: 'other' }));
    await until(reader, 2);
    expect(idsAndStates(reader)).toEqual(['dlv_2_ep_9 pending', 'dlv_4_ep_9 pending']);
  });

  it('does not repeat what was said of the payload of an event that was erased', async () => {
    const publisher = new BatchingPublisher(broker);
    for (let n = 1; n <= 2; n++)
      await publisher.publish({ subject: 'order.created', payload: Buffer.from('{}') });
    await eraseMessage(broker, 'EVENTS', 1);
    const lastError = { code: 'transform_failed', message: 'the canary is no number' };
    await append(
      died(1, 'ep_1', { reason: 'poison', lastError }),
      died(2, 'ep_1', { reason: 'poison', lastError }),
    );
    const reader = await opened('deliveries?after=0');
    await until(reader, 2);
    expect(told(reader).map(({ delivery }) => delivery.lastError?.message)).toEqual([
      '',
      'the canary is no number',
    ]);
  });
});

describe('events, live', () => {
  async function publish(id: string, headers: Record<string, string> = {}, text?: string): Promise<number> {
    const payload = Buffer.from(
      text ?? `{"id":"${id}","type":"order.created","created":7,"data":{"object":{"n":1.0}}}`,
    );
    const published = await new BatchingPublisher(broker).publish({
      subject: 'order.created',
      payload,
      headers: { [natsHeaders.tenant]: 'acme', ...headers },
    });
    return published.seq;
  }
  const eventsOf = (reader: EventStreamReader) =>
    reader.of('event').map(({ data }) => liveEvent.strict().parse(data));

  it('tells each event once, matched or not, with the bytes that an endpoint is sent', async () => {
    const reader = await opened('events');
    const seqs = [await publish('evt_a', { [natsHeaders.orderingKey]: 'k', [natsHeaders.channels]: 'a,b' })];
    seqs.push(await publish('evt_b'));
    const [a = 0, b = 0] = seqs;
    await append(fannedOut(a, ['ep_1', 'ep_2'], { eventId: 'evt_a' }));
    await append({ ...fannedOut(a, ['ep_3'], { eventId: 'evt_a' }), part: 1 });
    await append(unmatched(b, { eventId: 'evt_b' }), unmatched(b, { eventId: 'evt_b' }));
    await append(fannedOut(a, ['ep_1'], { eventId: 'evt_a' }));
    const c = await publish('evt_c');
    await append(fannedOut(c, ['ep_1'], { eventId: 'evt_c' }));
    await until(reader, 3);
    expect(eventsOf(reader).map(({ id }) => id)).toEqual(['evt_a', 'evt_b', 'evt_c']);
    expect(eventsOf(reader)[0]).toEqual({
      position: reader.of('event')[0]?.id,
      id: 'evt_a',
      type: 'order.created',
      created: 7,
      apiVersion: '2024-01-01',
      orderingKey: 'k',
      channels: ['a', 'b'],
      body: '{"id":"evt_a","type":"order.created","created":7,"apiVersion":"2024-01-01","data":{"object":{"n":1.0}}}',
    });
  });

  it('takes what its filters take, and goes on behind a position, in order', async () => {
    const facts: LogFact[] = [];
    for (let n = 0; n < 40; n++) {
      const seq = await publish(`evt_${n}`);
      facts.push(fannedOut(seq, ['ep_1'], { eventId: `evt_${n}` }));
    }
    await append(...facts);
    const all = await opened('events?after=0&events=user.*,order.created');
    await until(all, 40);
    const ids = Array.from({ length: 40 }, (_, n) => `evt_${n}`);
    expect(eventsOf(all).map(({ id }) => id)).toEqual(ids);
    const from = await opened('events', { lastEventId: all.of('event')[16]?.id ?? '' });
    await until(from, 23);
    expect(eventsOf(from).map(({ id }) => id)).toEqual(ids.slice(17));
    const none = await opened('events?after=0&events=user.*');
    await append(unmatched(await publish('evt_u'), { eventId: 'evt_u', type: 'user.created' }));
    await until(none, 1);
    expect(none.messages.map(({ event }) => event)).toEqual(['ready', 'event']);
  });

  it('says which payloads are gone, and why, and shows none that is of another', async () => {
    const seqs = [await publish('evt_1'), await publish('evt_2'), await publish('evt_3')];
    const [first = 0, second = 0, third = 0] = seqs;
    const foreign = await publish('evt_4', { [natsHeaders.tenant]: 'other' });
    await eraseMessage(broker, 'EVENTS', second);
    await append(...seqs.map((seq, n) => fannedOut(seq, ['ep_1'], { eventId: `evt_${n + 1}` })));
    await append(fannedOut(foreign, ['ep_1'], { eventId: 'evt_4' }));
    await broker.jsm.streams.purge('EVENTS', { seq: first + 1 });
    const reader = await opened('events?after=0');
    await until(reader, 4);
    expect(reader.messages.slice(1).map(({ event }) => event)).toEqual([
      'missing',
      'missing',
      'event',
      'missing',
    ]);
    expect(reader.of('missing').map(({ data }) => liveMissing.strict().parse(data))).toMatchObject([
      { id: 'evt_1', reason: 'expired' },
      { id: 'evt_2', type: 'order.created' },
      { id: 'evt_4' },
    ]);
    expect(third).toBe(second + 1);
  });

  it('says that a payload was erased while others of its time are there', async () => {
    const [kept, erased] = [await publish('evt_1'), await publish('evt_2')];
    await eraseMessage(broker, 'EVENTS', erased);
    const reader = await opened('events');
    await append(
      fannedOut(erased, ['ep_1'], { eventId: 'evt_2' }),
      fannedOut(kept, ['ep_1'], { eventId: 'evt_1' }),
    );
    await until(reader, 2);
    expect(reader.messages.slice(1)).toMatchObject([
      { event: 'missing', data: { id: 'evt_2', reason: 'erased' } },
      { event: 'event', data: { id: 'evt_1' } },
    ]);
  });
});

describe('a live answer', () => {
  it.each([
    ['deliveries?after=99999999', 'beyond_end'],
    ['deliveries?after=-1', 'invalid_format'],
    ['deliveries?after=1.', 'invalid_format'],
    ['deliveries?status=lost', 'invalid_value'],
    ['deliveries?type=*.created', 'invalid_format'],
    ['events?events=', 'invalid_format'],
    ['events?limit=1', 'unknown_field'],
  ])('refuses %s: %s', async (path, code) => {
    const reader = await open(path);
    await reader.ended();
    expect(reader.status).toBe(400);
    expect(JSON.parse(reader.text)).toMatchObject({ code: 'malformed_request', errors: [{ code }] });
  });

  it.each(['garbage', '99999999999999', '1;drop'])('refuses the Last-Event-ID "%s"', async (lastEventId) => {
    const reader = await open('deliveries', { lastEventId });
    await reader.ended();
    expect(JSON.parse(reader.text)).toMatchObject({ status: 400, errors: [{ path: 'Last-Event-ID' }] });
  });

  it('says that the log does not reach back so far, and goes on with the oldest', async () => {
    await append(fannedOut(1));
    await append(fannedOut(2));
    await append(fannedOut(3));
    await broker.jsm.streams.purge('LOG', { seq: 3 });
    const reader = await opened(`deliveries?after=${factPosition(1, 0)}`);
    await until(reader, 2);
    expect(reader.messages.slice(1)).toMatchObject([
      { event: 'reset', data: { reason: 'position_gone' } },
      { event: 'delivery', data: { delivery: { id: 'dlv_3_ep_1' } } },
    ]);
    // whoever had read all that was there misses nothing
    const level = await opened(`deliveries?after=${factPosition(3, 0) - 1}`);
    await until(level, 1);
    expect(level.of('reset')).toEqual([]);
  });

  it('ends when its key is revoked, and when its tenant is deleted', async () => {
    const text = 'pk_of-acme';
    const state = { id: 'key_1', tenant: 'acme', hash: hashApiKey(text, keys) } as unknown as ApiKeyState;
    apiKeys.set(state.hash, state);
    const ofKey = await opened('deliveries', { token: text });
    const ofAdmin = await opened('events', { tenant: 'other' });
    const stays = await opened('deliveries');
    apiKeys.delete(state.hash);
    tenants.delete('other');
    await Promise.all([ofKey.ended(), ofAdmin.ended()]);
    await append(fannedOut(1));
    await until(stays, 1);
    expect(ofKey.of('delivery')).toEqual([]);
  });

  it('ends at a stop, and sends whoever still comes on with where to go on from', async () => {
    const reader = await opened('deliveries');
    live.endAll();
    await reader.ended();
    const late = await open('deliveries');
    await late.ended();
    expect(late.messages.map(({ event }) => event)).toEqual(['ready']);
    expect(late.lastEventId).not.toBe('');
    await server.close();
  });

  it('has places for so many at once and so many of a tenant, and gives back each', async () => {
    await serve({ maxAtOnce: 3, maxOfTenant: 2 });
    const [first] = [await opened('deliveries'), await opened('events')];
    const third = await open('deliveries');
    expect([third.status, third.headers['retry-after']]).toEqual([429, '5']);
    await opened('deliveries', { tenant: 'other' });
    expect((await open('deliveries', { tenant: 'default' })).status).toBe(429);
    // one that is refused for another reason takes none
    first.close();
    await waitUntil(async () => (await open('deliveries?after=99999999')).status === 400);
    await waitUntil(async () => (await open('deliveries', { tenant: 'default' })).status === 200);
  });

  it('says now and then that it is there, longer than a request may take, and from where to go on', async () => {
    await serve({ keepAliveMs: 20 }, { requestTimeout: 100, http: { connectionsCheckingInterval: 20 } });
    const reader = await opened('deliveries?endpointId=ep_1');
    await append(fannedOut(1, ['ep_2']));
    const ready = reader.lastEventId;
    // nothing was for it, and it need not read that again
    await waitUntil(() => reader.lastEventId !== ready);
    const comments = reader.comments;
    await waitUntil(() => reader.comments > comments + 20);
    await append(fannedOut(2));
    await until(reader, 1);
    expect(reader.messages.map(({ event }) => event)).toEqual(['ready', 'delivery']);
  });

  it('ends while the broker is away, so that its silence is not taken for quiet', async () => {
    await serve({ keepAliveMs: 20 });
    const reader = await opened('deliveries');
    let isOver = false;
    void reader.ended().then(() => (isOver = true));
    await nats.kill();
    try {
      await waitUntil(() => isOver);
      expect((await open('deliveries')).status).toBe(503);
    } finally {
      await nats.restart();
    }
    await waitUntil(
      async () => (await open('deliveries', { lastEventId: reader.lastEventId })).status === 200,
    );
  });

  it('waits for a slow reader without reading on, and then goes on in order', async () => {
    const reader = await opened('deliveries');
    reader.pause();
    // far more than sockets and buffers between take
    const error = { code: 'http', message: 'x'.repeat(20_000) };
    const count = 1_500;
    for (let n = 1; n <= count; n += 50)
      await append(...Array.from({ length: 50 }, (_, k) => died(n + k, 'ep_1', { lastError: error })));
    const pending = async () => {
      const consumers = [];
      for await (const info of broker.jsm.consumers.list('LOG')) consumers.push(info.num_pending);
      return consumers;
    };
    const stuck = await waitUntil(async () => {
      const [before] = await pending();
      await append(fannedOut(9_000));
      const [after = 0] = await pending();
      return before !== undefined && after > before && after;
    });
    expect(stuck).toBeGreaterThan(20);
    reader.resume();
    await waitUntil(() => reader.of('delivery').length > count, { timeoutMs: 60_000 });
    const ids = told(reader).map(({ delivery }) => delivery.eventId);
    expect(ids.slice(0, count)).toEqual(Array.from({ length: count }, (_, n) => `evt_${n + 1}`));
  });

  it('lets a reader go that takes nothing', async () => {
    await serve({ patienceMs: 50, maxOfTenant: 1 });
    const reader = await opened('deliveries');
    reader.pause();
    const error = { code: 'http', message: 'x'.repeat(50_000) };
    for (let n = 1; n <= 400; n += 20)
      await append(...Array.from({ length: 20 }, (_, k) => died(n + k, 'ep_1', { lastError: error })));
    await waitUntil(async () => (await open('deliveries')).status === 200, { describe: 'its place' });
  });

  it('answers HEAD without beginning', async () => {
    await serve({ maxOfTenant: 1 });
    const headers = { authorization: `Bearer ${adminToken}`, 'postel-tenant': 'acme' };
    const answer = await fetch(`${url}/v1/live/deliveries`, { method: 'HEAD', headers });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    expect(await answer.text()).toBe('');
    await opened('deliveries');
  });
});
