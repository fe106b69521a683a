import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postelVersion, routes } from '@postel/contracts';
import { createHmac } from 'node:crypto';
import type { Receiver } from '@postel/testing';
import { problemOf, routeOf, type OpenApiDocument, type OpenApiOperation } from './harness/api-client.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';

describe('the OpenAPI document', () => {
  let fleet: Fleet;
  let document: OpenApiDocument;
  let receiver: Receiver;
  beforeAll(async () => {
    fleet = await startFleet();
    document = await fleet.api.readDocument();
    receiver = await fleet.receiver(({ path }) => ({ status: path === '/dead' ? 404 : 200 }));
  }, fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop();
  }, fleetPatienceMs);

  const operations = (): { path: string; method: string; operation: OpenApiOperation }[] =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  it('is there for everyone, as OpenAPI 3.1 in JSON', async () => {
    const answer = await fleet.api.request('GET', '/openapi.json', { token: null });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: 'Postel', version: postelVersion });
  });

  it('describes every operation soundly', () => {
    const seen = new Set<string>();
    for (const { path, method, operation } of operations()) {
      const about = `${method} ${path}`;
      expect({ about, twice: seen.has(operation.operationId) }).toEqual({ about, twice: false });
      seen.add(operation.operationId);
      expect({ about, summary: operation.summary }).toEqual({ about, summary: expect.stringMatching(/\S/) });
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect({ about, names: declared.map(({ name }) => name) }).toEqual({ about, names: inPath });
      expect(declared.every(({ required }) => required === true)).toBe(true);
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect({ about, status }).toEqual({ about, status: expect.stringMatching(/^[2-5]\d\d$/) });
        expect(response.description).toMatch(/\S/);
      }
    }
  });

  it('refers to nothing that is not in it', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, ref]) => ref ?? '',
    );
    expect(references.length).toBeGreaterThan(10);
    for (const reference of new Set(references)) {
      const target = reference
        .replace(/^#\//, '')
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect({ reference, target }).toEqual({ reference, target: expect.any(Object) });
    }
  });

  it('has exactly the routes of the contract', () => {
    const described = operations().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('says of every operation which credentials it takes', () => {
    expect(document.components['securitySchemes']).toMatchObject({
      adminToken: {},
      apiKey: {},
      portalToken: {},
    });
    const schemes = { A: 'adminToken', K: 'apiKey', P: 'portalToken' } as const;
    for (const { path, method, operation } of operations()) {
      const route = routeOf(method.toUpperCase(), path.replace(/[{}]/g, ''));
      const letters = route && !route.public ? ([...route.who] as ('A' | 'K' | 'P')[]) : [];
      const expected = letters.map((letter) => ({ [schemes[letter]]: [] }));
      expect({ path, method, security: operation.security }).toEqual({ path, method, security: expected });
    }
  });

  it('says which bodies must be there, and how the operator names a tenant', () => {
    const required = operations().filter(({ operation }) => operation.requestBody?.required);
    const names = required.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    for (const name of ['POST /v1/events', 'POST /v1/events/batch', 'POST /v1/endpoints', 'POST /v1/tenants'])
      expect(names).toContain(name);
    for (const name of [
      'POST /v1/endpoints/{id}/test',
      'POST /v1/events/{id}/replay',
      'POST /v1/portal-tokens',
    ])
      expect(names).not.toContain(name);
    for (const { method, path, operation } of operations()) {
      const isPublic = routeOf(method.toUpperCase(), path.replace(/[{}]/g, ''))?.public ?? false;
      const has = operation.parameters?.some(({ name }) => name === 'Postel-Tenant') ?? false;
      expect({ method, path, has }).toEqual({ method, path, has: !isPublic });
    }
  });

  it.each(routes.map((route) => ({ name: `${route.method} ${route.path}`, route })))(
    '$name is served, and to those only who may',
    async ({ route }) => {
      const path = route.path.replace(/\{\w+\}/g, 'unknown');
      const withoutCredential = await fleet.api.request(route.method, path, { token: null });
      const withCredential = await fleet.api.request(route.method, path);
      for (const answer of [withoutCredential, withCredential]) {
        const code = answer.status === 404 ? problemOf(answer).code : null;
        expect(code).not.toBe('route_not_found');
        expect(answer.status).not.toBe(405);
        expect(answer.status).toBeLessThan(500);
      }
      if (route.public) {
        // whoever has no source of ours finds none
        expect(withoutCredential.status).toBe(route.path.includes('{') ? 404 : 200);
        return;
      }
      expect([withoutCredential.status, problemOf(withoutCredential).code]).toEqual([401, 'unauthorized']);
      expect(withoutCredential.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(withCredential.status).not.toBe(401);
    },
  );

  // the client holds each answer to its schema and to the document; here every route answers well at least once
  it('tells the truth about every answer', async () => {
    const { api } = fleet;
    const answered = new Set<string>();
    const call = async (method: string, path: string, body?: unknown, headers = {}) => {
      const answer = await api.request(method, path, body === undefined ? {} : { body, headers });
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      answered.add(`${method} ${routeOf(method, path)?.path}`);
      return answer.json as Record<string, never>;
    };
    const good = await call('POST', '/v1/endpoints', {
      url: receiver.url,
      events: ['order.*'],
      metadata: { a: 'b' },
    });
    const bad = await call('POST', '/v1/endpoints', { url: `${receiver.url}/dead`, events: ['user.*'] });
    const event = await call('POST', '/v1/events', { type: 'order.created', data: { object: {} } });
    await call('POST', '/v1/events/explain', { type: 'order.created', data: { object: {} } });
    await call('POST', '/v1/events/batch', {
      events: [
        { type: 'user.deleted', data: { object: {} } },
        { type: 'user.deleted', data: { object: {} } },
        { type: 'x', data: 1 },
      ],
    });
    const deliveries = await eventually(async () => {
      const { data } = await api.deliveries();
      return data.length === 3 && data.every(({ completedAt }) => completedAt !== null) ? data : null;
    }, 'all deliveries to end');
    const dead = await eventually(async () => {
      const { data } = await api.deadLetters();
      return data.length === 2 ? data : null;
    }, 'the dead letters');
    const succeeded = deliveries.find(({ status }) => status === 'succeeded');
    await eventually(() => api.event(String(event['id'])), 'the event in the archive');
    await call('GET', '/v1/events?limit=1');
    await call('GET', `/v1/events/${event['id']}`);
    await call('GET', `/v1/events/${event['id']}/deliveries`);
    await call('POST', `/v1/events/${event['id']}/replay`, {});
    await call('GET', '/v1/endpoints');
    await call('GET', `/v1/endpoints/${good['id']}`);
    await call('PATCH', `/v1/endpoints/${good['id']}`, { description: 'changed' });
    await call('GET', `/v1/endpoints/${good['id']}/deliveries`);
    await call('GET', `/v1/endpoints/${bad['id']}/stats`);
    await call('GET', `/v1/endpoints/${bad['id']}/stats/series`);
    await call('GET', '/v1/deliveries?limit=2');
    await call('GET', `/v1/deliveries/${succeeded?.id}`);
    await call('GET', `/v1/deliveries/${succeeded?.id}/attempts`);
    await call('POST', `/v1/deliveries/${succeeded?.id}/retry`);
    await call('GET', '/v1/dead-letters?limit=1');
    await call('GET', `/v1/dead-letters/${dead[0]?.id}`);
    await call('DELETE', `/v1/dead-letters/${dead[1]?.id}`);
    await call('POST', `/v1/dead-letters/${dead[0]?.id}/redrive`);
    await call('POST', '/v1/dead-letters/redrive', {});
    await call('DELETE', '/v1/dead-letters?all=true');
    await call('DELETE', `/v1/events/${event['id']}`);
    await call('GET', '/v1/audit?limit=3');
    await call('GET', '/v1/export');
    await call('GET', '/v1/live/deliveries?status=dead');
    await call('GET', '/v1/live/events?events=order.*,user.created');
    await call('GET', '/v1/stats?period=week');
    await call('GET', '/v1/stats/series?period=day');
    await call('GET', '/v1/fleet?period=day');
    await call('GET', '/v1/conservation');
    await call('POST', `/v1/endpoints/${good['id']}/test`, {});
    const recover = await call('POST', `/v1/endpoints/${good['id']}/recover`, {
      since: '2026-01-01T00:00:00Z',
      only: 'missing',
    });
    await eventually(
      async () => (await api.job(String(recover['id']))).state === 'succeeded' || null,
      'the recover to end',
    );
    for (const verb of ['pause', 'enable', 'disable'])
      await call('POST', `/v1/endpoints/${good['id']}/${verb}`);
    await call('POST', `/v1/endpoints/${good['id']}/rotate-secret`, {});
    await call('GET', `/v1/endpoints/${good['id']}/secret`);
    await call('GET', `/v1/endpoints/${good['id']}/history?limit=3`);
    await call('DELETE', `/v1/endpoints/${good['id']}`);
    await call('POST', '/v1/tenants', { id: 'acme', metadata: { plan: 'gold' } });
    await call('GET', '/v1/tenants?limit=1');
    await call('GET', '/v1/tenants/acme');
    await call('PUT', '/v1/tenants/acme', { description: 'Acme' });
    await call('PATCH', '/v1/tenants/acme', { strictEventTypes: true });
    const key = await call('POST', '/v1/tenants/acme/api-keys', { name: 'ci' });
    await call('GET', '/v1/tenants/acme/api-keys');
    await call('DELETE', `/v1/tenants/acme/api-keys/${key['id']}`);
    const portal = await call('POST', '/v1/portal-tokens', { ttlSeconds: 60 });
    await call('DELETE', `/v1/portal-tokens/${portal['id']}`);
    await call('GET', '/v1/session');
    const erasure = await call('DELETE', '/v1/tenants/acme');
    await eventually(
      async () => (await api.request('GET', `/v1/jobs/${erasure['id']}`)).status === 200 || null,
      'the job',
    );
    await call('GET', `/v1/jobs/${erasure['id']}`);
    await call('GET', '/v1/jobs?limit=1');
    const endpoint = await api.createEndpoint({ url: receiver.url, events: ['order.*'] });
    const pausable = await eventually(async () => {
      const { id } = await api.recover(endpoint.id, { since: '2999-01-01T00:00:00Z', only: 'all' });
      // it may have ended before
      return (await api.request('POST', `/v1/jobs/${id}/pause`)).status === 200 ? id : null;
    }, 'a job that can be paused');
    for (const verb of ['pause', 'resume']) await call('POST', `/v1/jobs/${pausable}/${verb}`);
    await call('PUT', '/v1/event-types/lunch.served', { examples: [{}], schema: { type: 'object' } });
    await call('GET', '/v1/event-types');
    await call('GET', '/v1/event-types/lunch.served');
    await call('DELETE', '/v1/event-types/lunch.served');
    const source = await call('POST', '/v1/sources', { name: 'code', provider: 'github' });
    await call('GET', '/v1/sources?limit=1');
    await call('GET', `/v1/sources/${source['id']}`);
    await call('PATCH', `/v1/sources/${source['id']}`, { description: 'changed' });
    const ping = '{"zen":"Design for failure."}';
    const signature = createHmac('sha256', String(source['secret'])).update(ping).digest('hex');
    await call('POST', String(source['url']), ping, { 'x-hub-signature-256': `sha256=${signature}` });
    await call('DELETE', `/v1/sources/${source['id']}`);
    for (const path of ['/openapi.json', '/docs', '/healthz', '/readyz']) await call('GET', path);
    const all = routes.map(({ method, path }) => `${method} ${path}`);
    expect(all.filter((route) => !answered.has(route))).toEqual([]);
    expect(api.breaches()).toEqual([]);
  });

  it('pages through a list without losing or repeating a row while rows arrive', async () => {
    const { api } = fleet;
    const wanted = await api.publishBatch(
      Array.from({ length: 25 }, (_, n) => ({
        id: `page-${n}`,
        type: 'invoice.paid',
        data: { object: { n } },
      })),
    );
    expect(wanted.accepted).toHaveLength(25);
    await eventually(() => api.event('page-24'), 'the last event');
    const ids: string[] = [];
    for (let cursor = ''; ;) {
      const answer = await api.request('GET', `/v1/events?type=invoice.paid&limit=10${cursor}`);
      const page = answer.json as { data: { id: string }[]; nextCursor: string | null };
      ids.push(...page.data.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
      await api.publish({ id: `later-${ids.length}`, type: 'invoice.paid', data: { object: {} } });
      await eventually(() => api.event(`later-${ids.length}`), 'the later event');
    }
    // newest first
    expect(ids).toEqual(Array.from({ length: 25 }, (_, n) => `page-${24 - n}`));
  });
});
