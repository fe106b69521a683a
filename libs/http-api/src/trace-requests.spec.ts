import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SpanEnd, SpanStart } from '@postel/telemetry';
import { fastify, type FastifyInstance } from 'fastify';
import { traceparentFrom, traceRequests } from './trace-requests.js';

const sent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const own = '00-4bf92f3577b34da6a3ce929d0e0e4736-b7ad6b7169203331-01';

describe('requests', () => {
  let api: FastifyInstance;
  let begun: SpanStart[];
  let ended: SpanEnd[];
  beforeEach(() => {
    begun = [];
    ended = [];
    api = fastify();
    // the guard
    api.addHook('onRequest', (request, reply, next) => {
      if (request.routeOptions.config.public || request.headers.authorization) next();
      else void reply.code(401).send();
    });
  });
  afterEach(() => api.close());

  function traced(): void {
    const span = { traceparent: own, isRecorded: true, end: (end: SpanEnd = {}) => void ended.push(end) };
    traceRequests(api, {
      begin: (start) => (begun.push(start), span),
      messagingThrough: () => undefined,
      stop: () => Promise.resolve(),
    });
  }

  function routes(): void {
    api.get('/v1/things/:id', (request) => ({ traceparent: traceparentFrom(request) ?? null }));
    api.get('/v1/broken', () => Promise.reject(new Error('broken')));
    api.post('/webhooks/:id', { config: { public: true } }, () => ({}));
    api.get('/healthz', { config: { public: true } }, () => ({}));
  }

  const headers = { traceparent: sent, authorization: 'Bearer t' };

  it('belong to the trace of their caller, under the name of their route', async () => {
    traced();
    routes();
    const answer = await api.inject({ url: '/v1/things/secret-id?q=secret', headers });
    expect(answer.json()).toEqual({ traceparent: own });
    expect(begun).toMatchObject([{ name: 'GET /v1/things/:id', kind: 'server', parent: sent }]);
    await api.inject({ url: '/v1/broken', headers });
    expect(ended).toMatchObject([
      {
        error: undefined,
        attributes: {
          'http.route': '/v1/things/:id',
          'http.response.status_code': 200,
          'url.path': '/v1/things/secret-id',
        },
      },
      { error: '500', attributes: { 'http.response.status_code': 500 } },
    ]);
    expect(JSON.stringify(ended)).not.toContain('q=secret');
  });

  it('of whoever is refused have no span, nor have health checks', async () => {
    traced();
    routes();
    expect((await api.inject({ url: '/v1/things/1', headers: { traceparent: sent } })).statusCode).toBe(401);
    await api.inject({ url: '/healthz', headers });
    expect(begun).toEqual([]);
  });

  it('of a stranger who sends a webhook begin a trace, whatever it says', async () => {
    traced();
    routes();
    await api.inject({ method: 'POST', url: '/webhooks/src_1', headers: { traceparent: sent } });
    expect(begun).toMatchObject([{ name: 'POST /webhooks/:id', link: sent }]);
    expect(begun[0]).not.toHaveProperty('parent');
  });

  it('say what their caller said when there are no traces', async () => {
    routes();
    const ask = async (traceparent: string) =>
      (await api.inject({ url: '/v1/things/1', headers: { ...headers, traceparent } })).json<unknown>();
    expect(await ask(sent)).toEqual({ traceparent: sent });
    expect(await ask('nonsense')).toEqual({ traceparent: null });
  });
});
