import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenApiDocument } from './harness/api-client.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import {
  bodyFor,
  fillTenant,
  hasIds,
  operationsOf,
  pathWith,
  queryOfIds,
  takes,
  type FilledTenant,
  type Operation,
} from './harness/tenant-matrix.js';

/** Words that are in no answer by chance. */
const crimson = 'tenant-crimson';
const azure = 'tenant-azure';

/** What was asked, as what, and what came; all of an operation's are compared at once. */
interface Cell {
  readonly as: string;
  readonly status: number;
  readonly code: unknown;
}

/**
 * Every operation of the document, with every kind of credential and with ids of another tenant. An operation that is
 * added later is tried by itself, or fails here until the harness knows what to try it with.
 */
describe('the tenant matrix', () => {
  let fleet: Fleet;
  let document: OpenApiDocument;
  let red: FilledTenant;
  let blue: FilledTenant;
  let useless: Record<string, string>;
  beforeAll(async () => {
    // the limits have tests of their own
    fleet = await startFleet({ env: { POSTEL_API_RATE_LIMIT: '0' } });
    document = await fleet.api.readDocument();
    const receiver = await fleet.receiver(() => ({ status: 404, body: 'no' }));
    red = await fillTenant(fleet.api, crimson, receiver.url);
    blue = await fillTenant(fleet.api, azure, receiver.url);
    useless = await uselessCredentials();
  }, fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop();
  }, fleetPatienceMs);

  async function uselessCredentials(): Promise<Record<string, string>> {
    const { client } = red;
    const revoked = await fleet.api.request('POST', `/v1/tenants/${crimson}/api-keys`, {
      body: { name: 'revoked' },
    });
    const { id: keyId, key } = revoked.json as { id: string; key: string };
    await fleet.api.request('DELETE', `/v1/tenants/${crimson}/api-keys/${keyId}`);
    const portal = await client.expect(201, 'POST', '/v1/portal-tokens', {});
    await client.request('DELETE', `/v1/portal-tokens/${String(portal['id'])}`);
    const expired = await client.expect(201, 'POST', '/v1/portal-tokens', { ttlSeconds: 1 });
    const tokens = { expired: String(expired['token']), revoked: String(portal['token']) };
    for (const [what, token] of Object.entries(tokens)) {
      const refused = async () =>
        (await fleet.api.request('GET', '/v1/deliveries', { token })).status === 401 || null;
      await eventually(refused, `the token that is ${what} to be refused`);
    }
    const [header, payload, signature] = red.portalToken.split('.') as [string, string, string];
    const otherTenant = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...otherTenant, tenant: azure })).toString('base64url');
    const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    return {
      garbage: 'garbage',
      'a key of nobody': `pk_${'A'.repeat(43)}`,
      'a revoked key': key,
      'a key without its end': client.key.slice(0, -1),
      'a revoked portal token': tokens.revoked,
      'an expired portal token': tokens.expired,
      'a portal token with another tenant in it': `${header}.${forged}.${signature}`,
      'a portal token without a signature': `${unsigned}.${payload}.`,
    };
  }

  const tried = async (
    as: string,
    { method, path, ...operation }: Operation,
    options: { token: string | null; ids: FilledTenant['ids']; tenant?: string; hidden?: FilledTenant },
  ): Promise<Cell> => {
    const { ids, tenant, token, hidden } = options;
    const answer = await fleet.api.request(method, pathWith(path, ids), {
      token,
      ...bodyFor({ method, path, ...operation }, ids),
      ...(tenant === undefined ? {} : { headers: { 'postel-tenant': tenant } }),
    });
    const shown = hidden?.needles.filter((needle) => answer.text.includes(needle)) ?? [];
    // needles are secrets: only how many there were
    if (shown.length > 0)
      throw new Error(`${method} ${path} as ${as} shows ${shown.length} things of another`);
    return { as, status: answer.status, code: (answer.json as { code?: unknown } | undefined)?.code };
  };

  const all = () => operationsOf(document).filter((operation) => takes(operation) !== null);

  it('takes nothing but a valid credential, on any route', async () => {
    expect(all().length).toBeGreaterThan(30);
    for (const operation of all()) {
      const none = await tried('nobody', operation, { token: null, ids: red.ids, hidden: red });
      const cells = [none];
      for (const [as, token] of Object.entries(useless))
        cells.push(await tried(as, operation, { token, ids: red.ids, hidden: red }));
      const expected = cells.map(({ as }) => ({ as, status: 401, code: 'unauthorized' }));
      expect({ ...keyOf(operation), cells }).toEqual({ ...keyOf(operation), cells: expected });
    }
  });

  it('lets each kind of credential do what the document says, for its own tenant alone', async () => {
    for (const operation of all()) {
      const kinds = takes(operation) ?? [];
      const nothing = Object.fromEntries(Object.keys(red.ids).map((word) => [word, 'nothing-of-this-id']));
      const mine = { apiKey: red.client.key, portalToken: red.portalToken };
      for (const [kind, token] of Object.entries(mine) as ['apiKey' | 'portalToken', string][]) {
        const may = kinds.includes(kind);
        const own = await tried(kind, operation, { token, ids: nothing, hidden: blue });
        const about = { ...keyOf(operation), kind, may };
        expect({ ...about, refused: own.status === 403 }).toEqual({ ...about, refused: !may });
        expect([401, 429, 500]).not.toContain(own.status);
        for (const tenant of [azure, 'nobody', 'default']) {
          const named = await tried(kind, operation, { token, ids: nothing, tenant, hidden: blue });
          expect({ ...about, tenant, ...named }).toMatchObject({ ...about, status: 403, code: 'forbidden' });
        }
      }
      const unknown = await tried('admin', operation, {
        token: adminToken(),
        ids: red.ids,
        tenant: 'nobody',
      });
      expect({ ...keyOf(operation), ...unknown }).toMatchObject({ status: 404, code: 'tenant_not_found' });
    }
  });

  it.each([
    [crimson, azure],
    [azure, crimson],
  ])('finds for %s nothing that is of %s, and changes nothing of it', async (attacker, victim) => {
    const [a, v] = attacker === crimson ? [red, blue] : [blue, red];
    const before = await everythingOf(v);
    for (const operation of all().filter(hasIds)) {
      const kinds = takes(operation) ?? [];
      const credentials = [
        ['an API key', kinds.includes('apiKey'), a.client.key],
        ['a portal token', kinds.includes('portalToken'), a.portalToken],
      ] as const;
      for (const [as, may, token] of credentials) {
        const cell = await tried(as, operation, { token, ids: v.ids, hidden: v });
        const about = { ...keyOf(operation), as };
        expect({ ...about, status: cell.status }).toEqual({ ...about, status: may ? 404 : 403 });
      }
      // the operator acts for one tenant at a time; tenants themselves are the operator's
      if (!operation.path.startsWith('/v1/tenants')) {
        const cell = await tried('the operator', operation, {
          token: adminToken(),
          ids: v.ids,
          tenant: attacker,
          hidden: v,
        });
        expect({ ...keyOf(operation), status: cell.status }).toEqual({ ...keyOf(operation), status: 404 });
      }
    }
    expect(await everythingOf(v)).toEqual(before);
    expect(victim).toBe(v.client.tenant);
  });

  it('shows a tenant all of its own and nothing of another, whatever it filters by', async () => {
    for (const operation of all().filter(({ method }) => method === 'GET')) {
      const kinds = takes(operation) ?? [];
      if (!kinds.includes('apiKey')) continue;
      const own = await tried('a key', operation, { token: red.client.key, ids: red.ids, hidden: blue });
      const isOwn = hasIds(operation) || !operation.path.includes('{');
      expect({ ...keyOf(operation), status: own.status }).toEqual({
        ...keyOf(operation),
        status: isOwn ? 200 : 404,
      });
      for (const query of queryOfIds(operation, blue.ids)) {
        const { json } = await red.client.request('GET', `${pathWith(operation.path, red.ids)}?${query}`);
        // what would go on for ever without a word says at once that there is no such endpoint
        const nothing = operation.path.startsWith('/v1/live/')
          ? { code: 'endpoint_not_found' }
          : { data: [] };
        expect({ ...keyOf(operation), query, json }).toMatchObject({ query, json: nothing });
      }
    }
  });

  /** All that the API shows of a tenant, to whoever may see all. */
  async function everythingOf({ client, ids }: FilledTenant): Promise<Record<string, unknown>> {
    const seen: Record<string, unknown> = {};
    // a secret that is read leaves a trace in the history, and an export in the audit, which may lag
    const leavesTrace = (path: string) => path.endsWith('/secret') || /^\/v1\/(audit|export)$/.test(path);
    const gets = all().filter(({ method, path }) => method === 'GET' && !leavesTrace(path));
    for (const operation of gets.filter((one) => takes(one)?.includes('apiKey'))) {
      const path = pathWith(operation.path, ids);
      seen[path] = (await client.request('GET', path)).json;
    }
    const keys = await fleet.api.request('GET', `/v1/tenants/${client.tenant}/api-keys`);
    seen['keys'] = (keys.json as { data: { id: string }[] }).data.map(({ id }) => id);
    seen['tenant'] = (await fleet.api.request('GET', `/v1/tenants/${client.tenant}`)).json;
    const portal = client.tenant === crimson ? red.portalToken : blue.portalToken;
    seen['portal'] = (await fleet.api.request('GET', '/v1/endpoints', { token: portal })).status;
    // problems have the id of their request, and figures the moment at which they held
    const passing = new Set(['requestId', 'asOf']);
    return JSON.parse(JSON.stringify(seen, (key, value: unknown) => (passing.has(key) ? null : value)));
  }

  const adminToken = () => fleet.api.operatorToken;
});

function keyOf({ method, path }: Operation): { method: string; path: string } {
  return { method, path };
}
