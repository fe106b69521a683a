import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiKeyState } from '@postel/contracts';
import { createLogger } from '@postel/telemetry';
import { fastify, type FastifyInstance } from 'fastify';
import { randomBytes } from 'node:crypto';
import { guardEverything, principalOf } from './authenticate.js';
import { apiServerOptions, prepareApi } from './create-api.js';
import { makeApiKey } from './credentials/api-keys.js';
import { deriveCredentialKeys } from './credentials/credential-keys.js';
import { PortalTokens } from './credentials/portal-tokens.js';

const adminToken = 'a-token-of-the-operator';
const keys = deriveCredentialKeys('a-secret-of-32-characters-or-more');

describe('the guard', () => {
  let server: FastifyInstance;
  let key: string;
  let portal: string;
  let portalId: string;
  let known: Map<string, ApiKeyState>;
  let tenants: Map<string, number>;
  let revoked: Set<string>;
  let used: string[];
  /** What this process has not heard of yet. */
  let elsewhere: () => void;
  let looks: string[];
  /** While an answer goes on. */
  let meanwhile: () => void;
  let nowMs: number;

  beforeEach(async () => {
    nowMs = Date.now();
    const made = makeApiKey(keys, randomBytes);
    key = made.key;
    const state = { ...made, id: 'key_1', tenant: 'acme', name: '', createdAtMs: 1 };
    known = new Map([[made.hash, state]]);
    tenants = new Map([
      ['default', 0],
      ['acme', 5],
      ['other', 6],
    ]);
    revoked = new Set();
    used = [];
    elsewhere = () => undefined;
    looks = [];
    const look = (whose: string) => () => {
      looks.push(whose);
      return Promise.resolve(elsewhere());
    };
    const issued = await new PortalTokens(keys).issue(
      { tenant: 'acme', tenantSinceMs: 5 },
      { nowMs, ttlSeconds: 60, randomBytes },
    );
    portal = issued.token;
    portalId = issued.id;
    const logger = createLogger('test', 'silent');
    server = fastify(apiServerOptions({ bodyLimitBytes: 1_000, logger }));
    prepareApi(server, logger, () => null);
    guardEverything(server, {
      adminToken,
      keys,
      directory: {
        tenantSinceMs: (tenant) => tenants.get(tenant) ?? null,
        apiKeyByHash: (hash) => known.get(hash),
        isRevoked: (tenant, id) => revoked.has(`${tenant} ${id}`),
        catchUp: look('known'),
        catchUpForStrangers: look('stranger'),
      },
      limits: { requestsPerSecond: 2, eventRequestsPerSecond: 0 },
      nowMs: () => nowMs,
      onKeyUse: ({ id }) => used.push(id),
    });
    server.get('/v1/endpoints/:whatever', (request) => principalOf(request));
    server.get('/v1/events/:id', (request) => principalOf(request));
    server.post('/v1/events', (request) => principalOf(request));
    server.get('/v1/endpoints', async (request) => {
      const before = await request.isStillGood();
      meanwhile();
      return [before, await request.isStillGood()];
    });
    server.get('/v1/tenants', (request) => principalOf(request));
    server.get('/v1/not-in-the-table', (request) => principalOf(request));
  });
  afterEach(() => server.close());

  const ask = async (url: string, token: string, headers: Record<string, string> = {}) => {
    const answer = await server.inject({ url, headers: { authorization: `Bearer ${token}`, ...headers } });
    return { status: answer.statusCode, headers: answer.headers, json: answer.json() };
  };
  const statuses = async (token: string) => {
    const urls = ['/v1/endpoints/1', '/v1/events/1', '/v1/tenants', '/v1/not-in-the-table', '/v1/nothing'];
    return Promise.all(urls.map(async (url) => (await ask(url, token)).status));
  };

  it('lets each kind of credential do what the table of routes says', async () => {
    expect(await statuses(adminToken)).toEqual([200, 200, 200, 200, 404]);
    expect(await statuses(key)).toEqual([200, 200, 403, 403, 404]);
    expect(await statuses(portal)).toEqual([200, 403, 403, 403, 404]);
    expect(await statuses('nonsense')).toEqual([401, 401, 401, 401, 401]);
    expect((await ask('/v1/tenants', key)).json).toMatchObject({ code: 'forbidden' });
  });

  it('knows who asks, and for which tenant', async () => {
    const who = async (token: string) => (await ask('/v1/endpoints/1', token)).json;
    expect(await who(key)).toEqual({ kind: 'api-key', actor: 'key:key_1', keyId: 'key_1', tenant: 'acme' });
    expect(await who(portal)).toEqual({
      kind: 'portal',
      actor: `portal:${portalId}`,
      tokenId: portalId,
      tenant: 'acme',
    });
    expect(used).toEqual(['key_1']);
  });

  it('lets the operator alone name a tenant', async () => {
    const as = async (token: string, tenant: string) =>
      (await ask('/v1/endpoints/1', token, { 'postel-tenant': tenant })).status;
    expect(await as(adminToken, 'acme')).toBe(200);
    expect(await as(adminToken, 'nobody')).toBe(404);
    for (const token of [key, portal]) {
      expect(await as(token, 'acme')).toBe(200);
      // whether there is such a tenant makes no difference
      for (const tenant of ['other', 'nobody', 'acme, other', '']) expect(await as(token, tenant)).toBe(403);
    }
  });

  it('takes no credential that is revoked, has ended, or is of a tenant that is gone', async () => {
    const status = async (token: string) => (await ask('/v1/endpoints/1', token)).status;
    expect(await status(portal)).toBe(200);
    revoked.add(`acme ${portalId}`);
    expect(await status(portal)).toBe(401);
    revoked.clear();
    tenants.set('acme', 7); // created again
    expect(await status(portal)).toBe(401);
    tenants.delete('acme');
    expect(await status(portal)).toBe(401);
    tenants.set('acme', 5);
    nowMs += 60_000;
    expect(await status(portal)).toBe(401);
    known.clear();
    expect(await status(key)).toBe(401);
  });

  it('takes what another process made a moment ago, on every route', async () => {
    const [[hash, state]] = [...known] as [[string, ApiKeyState]];
    known.clear();
    elsewhere = () => known.set(hash, state);
    const answer = await server.inject({
      method: 'POST',
      url: '/v1/events',
      headers: { authorization: `Bearer ${key}` },
    });
    expect(answer.json()).toMatchObject({ actor: 'key:key_1' });
    tenants.delete('acme');
    elsewhere = () => tenants.set('acme', 5);
    expect((await ask('/v1/tenants', adminToken, { 'postel-tenant': 'acme' })).status).toBe(200);
    tenants.delete('acme');
    expect((await ask('/v1/endpoints/1', portal)).status).toBe(200);
    expect(looks).toEqual(['stranger', 'stranger', 'stranger']);
    expect(used).toEqual(['key_1']);
  });

  it('manages nothing with what another process took away, and asks about no event with a good key', async () => {
    elsewhere = () => known.clear();
    const publish = () =>
      server.inject({ method: 'POST', url: '/v1/events', headers: { authorization: `Bearer ${key}` } });
    expect((await publish()).statusCode).toBe(200);
    expect(looks).toEqual([]);
    expect((await ask('/v1/endpoints/1', key)).status).toBe(401);
    expect((await publish()).statusCode).toBe(401);
    expect(looks).toEqual(['known', 'stranger']);
  });

  it('looks nothing up for what can never be good', async () => {
    const other = await new PortalTokens(deriveCredentialKeys('b-secret-of-32-characters-or-more')).issue(
      { tenant: 'acme', tenantSinceMs: 5 },
      { nowMs, ttlSeconds: 60, randomBytes },
    );
    for (const token of ['nonsense', other.token])
      expect((await ask('/v1/events/1', token)).status).toBe(401);
    expect((await server.inject({ url: '/v1/events/1' })).statusCode).toBe(401);
    expect(looks).toEqual([]);
  });

  it('lets no credential ask faster than its limit, and no other feels it', async () => {
    const status = async (token: string) => (await ask('/v1/endpoints/1', token)).status;
    for (let n = 0; n < 20; n++) expect(await status(key)).toBe(200);
    const refused = await ask('/v1/endpoints/1', key);
    expect([refused.status, refused.json.code]).toEqual([429, 'too_many_requests']);
    expect(Number(refused.headers['retry-after'])).toBe(1);
    expect(await status(portal)).toBe(200);
    for (let n = 0; n < 40; n++) expect(await status(adminToken)).toBe(200);
    nowMs += 500;
    expect(await status(key)).toBe(200);
    expect(await status(key)).toBe(429);
  });

  it('does not count events with the rest', async () => {
    const publish = () =>
      server.inject({ method: 'POST', url: '/v1/events', headers: { authorization: `Bearer ${key}` } });
    for (let n = 0; n < 100; n++) expect((await publish()).statusCode).toBe(200);
    expect((await ask('/v1/endpoints/1', key)).status).toBe(200);
  });

  it('answers an address that tries credentials ever more rarely, and those with a good one all the same', async () => {
    const seen = new Set<number>();
    for (let n = 0; n < 21; n++) seen.add((await ask('/v1/endpoints/1', `guess-${n}`)).status);
    expect(seen).toEqual(new Set([401, 429]));
    expect((await ask('/v1/endpoints/1', key)).status).toBe(200);
    const elsewhere = await server.inject({ url: '/v1/endpoints/1', remoteAddress: '192.0.2.1' });
    expect(elsewhere.statusCode).toBe(401);
  });

  it('sends with every answer what keeps a browser from making anything of it', async () => {
    const headers = {
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    };
    for (const url of ['/v1/endpoints/1', '/v1/tenants', '/v1/nothing', '/v1/endpoints/%ZZ', '/healthz']) {
      const answer = await ask(url, key);
      expect({ url, headers: answer.headers }).toMatchObject({ url, headers });
      expect(answer.headers).not.toHaveProperty('x-powered-by');
      expect(answer.headers).not.toHaveProperty('strict-transport-security');
    }
    const overTls = await ask('/v1/endpoints/1', key, { 'x-forwarded-proto': 'https' });
    expect(overTls.headers).toHaveProperty('strict-transport-security');
  });

  it.each<[string, string, () => void]>([
    ['a key that is revoked', 'key', () => known.clear()],
    ['a portal token that is revoked', 'portal', () => revoked.add(`acme ${portalId}`)],
    ['a portal token that expires', 'portal', () => (nowMs += 61_000)],
    ['a portal token whose tenant is another by now', 'portal', () => tenants.set('acme', 7)],
    ['the operator, when the tenant is deleted', 'admin', () => tenants.delete('acme')],
  ])('says of a request that goes on when its credential ends: %s', async (_, kind, change) => {
    const token = { key, portal, admin: adminToken }[kind] ?? '';
    const asked = () => ask('/v1/endpoints', token, { 'postel-tenant': 'acme' });
    meanwhile = () => undefined;
    expect((await asked()).json).toEqual([true, true]);
    meanwhile = change;
    expect((await asked()).json).toEqual([true, false]);
  });
});
