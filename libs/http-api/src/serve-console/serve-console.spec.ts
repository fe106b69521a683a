import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@postel/telemetry';
import { tempDir, type TempDir } from '@postel/testing';
import { fastify, type FastifyInstance } from 'fastify';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { guardEverything } from '../authenticate.js';
import { apiServerOptions, prepareApi } from '../create-api.js';
import { deriveCredentialKeys } from '../credentials/credential-keys.js';
import { registerServeConsole, type ConsoleOptions } from './serve-console.js';

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the console at the API’s address', () => {
  let built: TempDir;
  let server: FastifyInstance;

  beforeEach(() => {
    built = tempDir('console');
    mkdirSync(join(built.path, 'assets'));
    writeFileSync(join(built.path, 'index.html'), '<!doctype html><title>Postel</title>');
    writeFileSync(join(built.path, 'assets', 'index-x1.js'), 'the script');
    writeFileSync(join(built.path, 'assets', 'index-x1.js.br'), brotliCompressSync('the script'));
    writeFileSync(join(built.path, 'secret.txt'), 'not for the public');
  });
  afterEach(async () => {
    await server?.close();
    built.remove();
  });

  const serve = async (options: Partial<ConsoleOptions> = {}) => {
    const logger = createLogger('test', 'silent');
    server = fastify(apiServerOptions({ bodyLimitBytes: 1_000, logger }));
    prepareApi(server, logger, () => null);
    guardEverything(server, {
      adminToken: 'a-token-of-the-operator',
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
    server.get('/v1/endpoints', () => ({ data: [] }));
    registerServeConsole(server, { directory: built.path, frameAncestors: [], ...options });
    await server.ready();
  };

  it.each(['/', '/endpoints', '/endpoints/ep_1', '/event-types/order.created?x=1', '/deliveries/'])(
    'answers a browser that is led to %s with its page',
    async (url) => {
      await serve();
      const answer = await server.inject({ url, headers: html });
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toContain('<title>Postel');
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-frame-options': 'DENY',
        'content-security-policy': expect.stringContaining("script-src 'self';"),
      });
    },
  );

  it.each([
    ['GET', '/v1/endpoints'],
    ['GET', '/v1/no-such-route'],
    ['GET', '/%761/no-such-route'],
    ['GET', '//v1/no-such-route'],
    ['GET', '/../v1/endpoints'],
    ['GET', '/v1'],
    ['GET', '/webhooks/src_1'],
    ['GET', '/assets'],
    ['POST', '/endpoints'],
    ['DELETE', '/'],
  ] as const)('leaves %s %s to the guard, whoever asks', async (method, url) => {
    await serve();
    const answer = await server.inject({ method, url, headers: html });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'unauthorized' });
  });

  it('tells a program with a credential that an address is no route', async () => {
    await serve();
    const headers = { authorization: 'Bearer a-token-of-the-operator', accept: 'application/json' };
    expect((await server.inject({ url: '/endpoints', headers })).json()).toMatchObject({
      code: 'route_not_found',
    });
    expect((await server.inject({ url: '/endpoints' })).statusCode).toBe(401);
  });

  it('sends what has a hash in its name compressed, to be kept for ever', async () => {
    await serve();
    const plain = await server.inject('/assets/index-x1.js');
    expect(plain.body).toBe('the script');
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const compressed = await server.inject({
      url: '/assets/index-x1.js',
      headers: { 'accept-encoding': 'br' },
    });
    expect(compressed.rawPayload).toEqual(brotliCompressSync('the script'));
    expect(compressed.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': expect.stringContaining('javascript'),
      vary: 'accept-encoding',
    });
  });

  it.each([
    '/assets/none.js',
    '/assets/..%2Fsecret.txt',
    '/assets/%2e%2e%2fsecret.txt',
    '/assets/..%5csecret.txt',
  ])('sends nothing for %s', async (url) => {
    await serve();
    const answer = await server.inject({ url, headers: html });
    expect(answer.statusCode).toBeGreaterThanOrEqual(403);
    expect(answer.body).not.toContain('not for the public');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('may be framed by whom the operator names, and by nobody else', async () => {
    await serve({ frameAncestors: ['https://app.example.com', 'https://*.example.org'] });
    const { headers } = await server.inject({ url: '/', headers: html });
    expect(headers['content-security-policy']).toContain(
      'frame-ancestors https://app.example.com https://*.example.org',
    );
    expect(headers['x-frame-options']).toBeUndefined();
  });

  it('without one says where the API is', async () => {
    await serve({ directory: null });
    expect((await server.inject({ url: '/', headers: html })).json()).toEqual({
      api: '/v1',
      documentation: '/docs',
      description: '/openapi.json',
    });
    expect((await server.inject({ url: '/endpoints', headers: html })).statusCode).toBe(401);
  });

  it('is not served from where there is none', async () => {
    await expect(serve({ directory: '/nowhere' })).rejects.toThrow(/POSTEL_CONSOLE_DIR.*no index\.html/);
  });
});
