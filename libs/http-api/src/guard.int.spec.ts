import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@postel/telemetry';
import { fastify, type FastifyInstance } from 'fastify';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { guardEverything, principalOf } from './authenticate.js';
import { apiServerOptions, prepareApi } from './create-api.js';
import { deriveCredentialKeys } from './credentials/credential-keys.js';
import { registerHealth } from './health.js';
import { RefusalError } from './refusal-error.js';

const token = 'a-token-of-the-operator';
const authorization = `Bearer ${token}`;

describe('an API server of ours', () => {
  let server: FastifyInstance;

  beforeEach(() => {
    const logger = createLogger('test', 'silent');
    server = fastify(apiServerOptions({ bodyLimitBytes: 1_000, logger }));
    prepareApi(server, logger, () => null);
    guardEverything(server, {
      adminToken: token,
      keys: deriveCredentialKeys('a-secret-of-32-characters-or-more'),
      directory: {
        tenantSinceMs: (tenant) => (tenant === 'default' ? 0 : null),
        apiKeyByHash: () => undefined,
        isRevoked: () => false,
        catchUp: () => Promise.resolve(),
        catchUpForStrangers: () => Promise.resolve(),
      },
      limits: { requestsPerSecond: 0, eventRequestsPerSecond: 0 },
      nowMs: () => Date.now(),
    });
    registerHealth(server, () => [{ part: 'nats', healthy: () => Promise.reject(new Error('gone')) }]);
    server.get('/v1/things/:id', (request) => principalOf(request));
    server.post('/v1/things', () => {
      throw new RefusalError({ code: 'broker_unavailable' }, 3);
    });
    server.get('/v1/bug', () => {
      throw new Error('a secret detail');
    });
  });
  afterEach(() => server.close());

  it.each([
    ['GET', '/v1/things/1'],
    ['GET', '/V1/Things/1'],
    ['GET', '//v1/things/1'],
    ['GET', '/v1/things/1/'],
    ['GET', '/v1/%74hings/1'],
    ['GET', '/v1/things/1;x=/healthz'],
    ['HEAD', '/v1/things/1'],
    ['POST', '/v1/things'],
    ['DELETE', '/no/such/route'],
  ] as const)('answers %s %s without a credential with 401', async (method, url) => {
    const answer = await server.inject({ method, url });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it.each(['Bearer', 'Bearer ', `Basic ${token}`, `Bearer ${token}x`, token, `Bearer ${token} x`])(
    'does not take the header "%s"',
    async (header) => {
      const answer = await server.inject({ url: '/v1/things/1', headers: { authorization: header } });
      expect(answer.json()).toMatchObject({ status: 401, code: 'unauthorized' });
    },
  );

  it('tells clients to end idle connections long before it ends them itself', async () => {
    const url = await server.listen({ port: 0, host: '127.0.0.1' });
    const answer = await fetch(`${url}/healthz`);
    await answer.arrayBuffer();
    expect(answer.headers.get('keep-alive')).toBe('timeout=5');
    expect(server.server.keepAliveTimeout + server.server.keepAliveTimeoutBuffer).toBe(75_000);
  });

  it('knows who asks, and for which tenant', async () => {
    const ask = (headers: Record<string, string>) => server.inject({ url: '/v1/things/1', headers });
    expect((await ask({ authorization })).json()).toEqual({
      kind: 'admin',
      actor: 'admin',
      tenant: 'default',
    });
    expect((await ask({ authorization, 'postel-tenant': 'nobody' })).json()).toMatchObject({
      status: 404,
      code: 'tenant_not_found',
    });
  });

  it('answers problems with their code, the request id and when to come back', async () => {
    const answer = await server.inject({
      method: 'POST',
      url: '/v1/things',
      headers: { authorization, 'x-request-id': 'req-1' },
    });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'retry-after': '3',
      'x-request-id': 'req-1',
    });
    expect(answer.json()).toMatchObject({ code: 'broker_unavailable', requestId: 'req-1' });
  });

  it.each([{}, { 'content-length': '0' }])(
    'parses nothing where a type is named and no body is: %j',
    async (more) => {
      const headers = { authorization, 'content-type': 'application/json', ...more };
      const answer = await server.inject({ method: 'POST', url: '/v1/things', headers });
      expect(answer.json()).toMatchObject({ code: 'broker_unavailable' });
    },
  );

  it('tells nobody what went wrong inside', async () => {
    const answer = await server.inject({ url: '/v1/bug', headers: { authorization } });
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal_error' });
    expect(answer.body).not.toContain('secret');
  });

  it('tells a wrong method from a missing route, and names the right ones', async () => {
    const wrong = await server.inject({
      method: 'DELETE',
      url: '/v1/things/1?x=1',
      headers: { authorization },
    });
    expect([wrong.statusCode, wrong.headers['allow'], wrong.json().code]).toEqual([
      405,
      'GET, HEAD',
      'method_not_allowed',
    ]);
    const missing = await server.inject({ method: 'DELETE', url: '/v1/nothing', headers: { authorization } });
    expect(missing.json()).toMatchObject({ status: 404, code: 'route_not_found' });
  });

  it('does not call a method wrong that is right', async () => {
    // fastify takes no slash at the end, and the console answers browsers alone
    const answer = await server.inject({ url: '/v1/bug/', headers: { authorization } });
    expect(answer.json()).toMatchObject({ status: 404, code: 'route_not_found' });
    expect(answer.headers).not.toHaveProperty('allow');
  });

  it('calls QUERY wrong as any other method', async () => {
    const method = 'QUERY' as 'GET';
    const wrong = await server.inject({ method, url: '/v1/bug', headers: { authorization } });
    expect([wrong.statusCode, wrong.json().code]).toEqual([405, 'method_not_allowed']);
    const missing = await server.inject({ method, url: '/v1/nothing', headers: { authorization } });
    expect(missing.json()).toMatchObject({ status: 404, code: 'route_not_found' });
  });

  it.each(['%00', 'a%20b', 'x'.repeat(65), '..%2f'])('asks no table for the id "%s"', async (id) => {
    const answer = await server.inject({ url: `/v1/things/${id}`, headers: { authorization } });
    expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('takes JSON and nothing else', async () => {
    const headers = { authorization, 'content-type': 'text/plain' };
    const answer = await server.inject({ method: 'POST', url: '/v1/things', headers, payload: '{}' });
    expect(answer.json()).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
      detail: expect.stringContaining('content-type: application/json'),
    });
  });

  it('answers a path that cannot be read like every other fault', async () => {
    const answer = await server.inject({ url: '/v1/things/%ZZ', headers: { authorization } });
    expect(answer.json()).toMatchObject({ status: 400, code: 'malformed_request' });
    expect(answer.headers['x-request-id']).toBe(answer.json().requestId);
  });

  it('answers a request without a Host like every other fault', async () => {
    await server.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    socket.end('GET /v1/things/1 HTTP/1.1\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('content-type: application/problem+json');
    expect(answer).toContain('"code":"malformed_request"');
  });

  it('lives while a part is down, and says which', async () => {
    expect((await server.inject('/healthz')).statusCode).toBe(200);
    const ready = await server.inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'not ready', parts: { nats: 'down' } }]);
  });
});
