import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import { eventIdOf } from './harness/event-id-of.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { stopChild } from './harness/stop-child.js';
import { createTenant } from './harness/tenant-client.js';

const order = { type: 'order.created', data: { object: { id: 'ord_1' } } };

describe('tenants', () => {
  let fleet: Fleet;
  let producer: NatsProducer;
  beforeAll(async () => {
    fleet = await startFleet();
    producer = await connectProducer(fleet.nats.url);
  }, fleetPatienceMs);
  afterAll(async () => {
    await producer?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  /** All that the streams and tables hold of a tenant. */
  async function leftOf(tenant: string) {
    const connection = await connect({ servers: fleet.nats.url });
    const jsm = await jetstreamManager(connection);
    const subjectsOf = async (stream: string, filter: string) =>
      Object.keys((await jsm.streams.info(stream, { subjects_filter: filter })).state.subjects ?? {});
    const left = [
      ...(await subjectsOf('CONFIG', `postel.config.*.${tenant}.>`)),
      ...(await subjectsOf('LOG', `postel.log.${tenant}.>`)),
      ...(await subjectsOf('IDEMPOTENCY', `postel.idempotency.${tenant}.>`)),
    ];
    await connection.close();
    return left;
  }

  it('are created, listed, changed and put', async () => {
    const { api } = fleet;
    const before = await api.request('GET', '/v1/tenants');
    expect(before.json).toMatchObject({ data: [{ id: 'default', strictEventTypes: false }] });
    const created = await api.request('POST', '/v1/tenants', { body: { id: 'plain', description: 'P' } });
    expect([created.status, created.json]).toMatchObject([
      201,
      { id: 'plain', description: 'P', metadata: {} },
    ]);
    const again = await api.request('POST', '/v1/tenants', { body: { id: 'plain' } });
    expect(again.json).toMatchObject({ status: 409, code: 'tenant_exists' });
    const patched = await api.request('PATCH', '/v1/tenants/plain', { body: { strictEventTypes: true } });
    expect(patched.json).toMatchObject({ description: 'P', strictEventTypes: true });
    const put = await api.request('PUT', '/v1/tenants/plain', { body: { metadata: { a: 'b' } } });
    expect([put.status, put.json]).toMatchObject([
      200,
      { description: '', strictEventTypes: false, metadata: { a: 'b' } },
    ]);
    const retention = { payloadDays: 1, attemptDays: null, rowDays: 400 };
    const kept = await api.request('PATCH', '/v1/tenants/plain', { body: { retention } });
    expect(kept.json).toMatchObject({ metadata: { a: 'b' }, retention });
    const never = await api.request('PATCH', '/v1/tenants/plain', {
      body: { retention: { payloadDays: 0, rowDays: 401, days: 1 } },
    });
    const refused = (never.json as { errors: { path: string }[] }).errors.map(({ path }) => path).sort();
    expect(refused).toEqual(['retention.days', 'retention.payloadDays', 'retention.rowDays']);
    expect((await api.request('PUT', '/v1/tenants/put', { body: {} })).status).toBe(201);
    const ids = ((await api.request('GET', '/v1/tenants')).json as { data: { id: string }[] }).data;
    expect(ids.map(({ id }) => id)).toEqual(['put', 'plain', 'default']);
    const changedDefault = await api.request('PATCH', '/v1/tenants/default', { body: { description: 'D' } });
    expect(changedDefault.json).toMatchObject({ id: 'default', description: 'D' });
    const bad = await api.request('POST', '/v1/tenants', { body: { id: 'A b', metadata: { a: 1 }, x: 1 } });
    const paths = (bad.json as { errors: { path: string }[] }).errors.map(({ path }) => path).sort();
    expect([bad.status, paths]).toEqual([422, ['id', 'metadata.a', 'x']]);
    expect((await api.request('PUT', '/v1/tenants/Plain', { body: {} })).status).toBe(422);
    expect((await api.request('DELETE', '/v1/tenants/default')).json).toMatchObject({
      status: 409,
      code: 'tenant_not_deletable',
    });
    expect((await api.request('DELETE', '/v1/tenants/nobody')).status).toBe(404);
  });

  it('tells whose a credential is, and how long a portal token holds', async () => {
    const { api } = fleet;
    const acme = await createTenant(api, 'acme_session');
    const asked = async (token?: string, headers: Record<string, string> = {}) =>
      (await api.request('GET', '/v1/session', { ...(token === undefined ? {} : { token }), headers })).json;
    const version: unknown = expect.any(String);
    const admin = { kind: 'admin', credentialId: null, expiresAt: null, version };
    expect(await asked()).toEqual({ ...admin, tenant: 'default' });
    expect(await asked(undefined, { 'postel-tenant': acme.tenant })).toEqual({
      ...admin,
      tenant: acme.tenant,
    });
    const tenant = acme.tenant;
    const key = { kind: 'api-key', tenant, credentialId: acme.keyId, expiresAt: null, version };
    expect(await asked(acme.key)).toEqual(key);
    const portal = await acme.expect(201, 'POST', '/v1/portal-tokens', { ttlSeconds: 60 });
    const { id: credentialId, expiresAt } = portal;
    expect(await asked(String(portal['token']))).toEqual({
      kind: 'portal',
      tenant,
      credentialId,
      expiresAt,
      version,
    });
  });

  it('have keys without a name, too', async () => {
    await createTenant(fleet.api, 'nameless');
    for (const request of [{}, { body: {} }, { body: { name: '' } }]) {
      const answer = await fleet.api.request('POST', '/v1/tenants/nameless/api-keys', request);
      expect(answer).toMatchObject({ status: 201, json: { name: '' } });
    }
  });

  it('have keys that are shown once, and are good until they are revoked', async () => {
    const { api } = fleet;
    const acme = await createTenant(api, 'keys');
    expect(acme.key).toMatch(/^pk_[A-Za-z0-9_-]{43}$/);
    const endpoint = await acme.expect(201, 'POST', '/v1/endpoints', { url: 'http://127.0.0.1:9999/' });
    expect((await api.request('GET', `/v1/endpoints/${String(endpoint['id'])}`)).status).toBe(404);
    const listed = await eventually(async () => {
      const answer = await api.request('GET', '/v1/tenants/keys/api-keys');
      expect(answer.text).not.toContain(acme.key);
      const [key] = (answer.json as { data: { prefix: string; lastUsedAt: string | null }[] }).data;
      return key?.lastUsedAt ? key : null;
    }, 'the use of the key');
    expect(listed).toMatchObject({ name: 'test', prefix: acme.key.slice(0, 8) });
    // forwarded routes are authenticated again behind
    await acme.expect(200, 'GET', '/v1/deliveries');
    const removal = await api.request('DELETE', `/v1/tenants/keys/api-keys/${acme.keyId}`);
    expect(removal.status).toBe(204);
    expect((await acme.request('GET', '/v1/endpoints')).status).toBe(401);
    expect((await acme.request('POST', '/v1/events', { body: order })).status).toBe(401);
    expect((await api.request('DELETE', `/v1/tenants/keys/api-keys/${acme.keyId}`)).status).toBe(404);
    for (const name of ['ingest', 'metrics', 'dead-letter'] as const)
      expect(fleet.service(name).output()).not.toContain(acme.key);
  });

  it('have portal tokens for a time, which can be revoked', async () => {
    const { api } = fleet;
    const acme = await createTenant(api, 'portal');
    const made = await acme.expect(201, 'POST', '/v1/portal-tokens', { ttlSeconds: 600 });
    const token = String(made['token']);
    expect(made).toMatchObject({ tenant: 'portal', id: expect.any(String) });
    expect(Date.parse(String(made['expiresAt'])) - Date.now()).toBeLessThanOrEqual(600_000);
    const withToken = (method: string, path: string, body?: unknown) =>
      api.request(method, path, { token, ...(body === undefined ? {} : { body }) });
    expect((await withToken('POST', '/v1/endpoints', { url: 'http://127.0.0.1:9999/' })).status).toBe(201);
    expect((await withToken('GET', '/v1/deliveries')).status).toBe(200);
    expect((await withToken('POST', '/v1/events', order)).status).toBe(403);
    expect((await withToken('POST', '/v1/portal-tokens', {})).status).toBe(403);
    const foreign = await acme.request('POST', '/v1/portal-tokens', { body: { tenant: 'default' } });
    expect(foreign.json).toMatchObject({ status: 403, code: 'forbidden' });
    const tooLong = await acme.request('POST', '/v1/portal-tokens', { body: { ttlSeconds: 86_401 } });
    expect(tooLong.status).toBe(422);
    const forOther = await api.request('POST', '/v1/portal-tokens', { body: { tenant: 'portal' } });
    expect(forOther.json).toMatchObject({ tenant: 'portal' });
    // another tenant's id is no id
    expect((await api.request('DELETE', `/v1/portal-tokens/${String(made['id'])}`)).status).toBe(404);
    await acme.request('DELETE', `/v1/portal-tokens/${String(made['id'])}`);
    expect((await withToken('GET', '/v1/endpoints')).status).toBe(401);
    // in force everywhere, soon
    await eventually(async () => {
      const answer = await withToken('GET', '/v1/deliveries');
      return answer.status === 401 || null;
    }, 'the revocation to be in force');
    expect((await acme.request('DELETE', `/v1/portal-tokens/${String(made['id'])}`)).status).toBe(404);
  });

  it('get events over NATS as soon as they exist; one that never did gets a dead letter', async () => {
    const { api } = fleet;
    const receiver = await fleet.receiver();
    for (let n = 0; n < 5; n++) {
      const acme = await createTenant(api, `fresh-${n}`);
      await acme.expect(201, 'POST', '/v1/endpoints', { url: `${receiver.url}/${n}`, events: ['order.*'] });
      // clients may change the case of a name, and an overlooked tenant's event would be another's
      const header = n % 2 === 0 ? 'Postel-Tenant' : 'postel-tenant';
      await producer.publish('order.created', '{"id":"ord_1"}', { [header]: acme.tenant });
    }
    const requests = await receiver.waitFor(5);
    expect(requests.map(({ path }) => path).sort()).toEqual(['/0', '/1', '/2', '/3', '/4']);
    const { seq } = await producer.publish('order.created', '{"id":"ord_2"}', { 'Postel-Tenant': 'nobody' });
    const dead = await eventually(async () => {
      const { data } = await api.deadLetters('reason=invalid_event');
      return data.find(({ lastError }) => lastError?.code === 'tenant_not_found');
    }, 'the dead letter');
    expect(dead.endpointId).toBeNull();
    expect(seq).toBeGreaterThan(0);
  });

  it('are erased with all they had, over a restart, and can be created again', async () => {
    const { api } = fleet;
    const acme = await createTenant(api, 'acme');
    const other = await createTenant(api, 'bystander');
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const receiver = await fleet.receiver(async ({ path }) => {
      if (path === '/slow') await held;
      return { status: path === '/dead' ? 404 : path === '/later' ? 503 : 200 };
    });
    const urls = ['/good', '/dead', '/later', '/slow'].map((path) => `${receiver.url}${path}`);
    for (const url of urls)
      await acme.expect(201, 'POST', '/v1/endpoints', { url, retry: { schedule: [600_000] } });
    await other.expect(201, 'POST', '/v1/endpoints', { url: urls[0] });
    const headers = { 'idempotency-key': 'once' };
    expect((await acme.request('POST', '/v1/portal-tokens', { body: {}, headers })).status).toBe(201);
    expect(await leftOf('acme')).toContainEqual(expect.stringContaining('postel.idempotency.acme.'));
    const portal = await acme.expect(201, 'POST', '/v1/portal-tokens', {});
    const source = { name: 'code', provider: 'github' };
    const { id: sourceId } = await acme.expect(201, 'POST', '/v1/sources', source);
    const lies = ['postel.config.source.acme.code', `postel.config.secret.acme.${String(sourceId)}`];
    expect(await leftOf('acme')).toEqual(expect.arrayContaining(lies));
    await acme.expect(202, 'POST', '/v1/events', { ...order, id: 'secret-event' });
    await other.expect(202, 'POST', '/v1/events', order);
    await receiver.waitFor(5);
    await eventually(async () => {
      const { data } = (await acme.expect(200, 'GET', '/v1/deliveries')) as { data: { status: string }[] };
      const seen = data.map(({ status }) => status).sort();
      return seen.join() === 'dead,pending,retrying,succeeded' || null;
    }, 'the deliveries of all fates');

    await stopChild(fleet.service('metrics'));
    const deletion = await api.request('DELETE', '/v1/tenants/acme');
    expect([deletion.status, deletion.json]).toMatchObject([202, { kind: 'tenant_erasure', tenant: 'acme' }]);
    const jobId = (deletion.json as { id: string }).id;
    expect((await acme.request('GET', '/v1/endpoints')).status).toBe(401);
    const token = String(portal['token']);
    expect((await api.request('GET', '/v1/endpoints', { token })).status).toBe(401);
    expect((await api.request('GET', '/v1/tenants/acme')).status).toBe(404);
    const early = await api.request('POST', '/v1/tenants', { body: { id: 'acme' } });
    expect(early.json).toMatchObject({ status: 409, code: 'tenant_being_erased' });
    await fleet.restart('metrics');
    // its answer comes after the deletion: what it leads to belongs to nobody
    release();
    await eventually(
      async () => {
        const { json } = await api.request('GET', `/v1/jobs/${jobId}`);
        return (json as { state?: string }).state === 'succeeded' || null;
      },
      'the end of the job',
      { timeoutMs: 60_000 },
    );
    expect((await api.request('GET', `/v1/jobs/${jobId}`)).json).toMatchObject({
      progress: { done: expect.any(Number) },
      error: null,
    });
    expect((await other.request('GET', `/v1/jobs/${jobId}`)).status).toBe(404);
    expect(await leftOf('acme')).toEqual(['postel.config.tenant.acme.acme']);
    expect((await leftOf('bystander')).length).toBeGreaterThan(3);

    const reborn = await createTenant(api, 'acme');
    expect((await api.request('GET', '/v1/endpoints', { token })).status).toBe(401);
    for (const path of ['/v1/endpoints', '/v1/events', '/v1/deliveries', '/v1/dead-letters', '/v1/sources'])
      expect(await reborn.expect(200, 'GET', path)).toEqual({ data: [], nextCursor: null });
    const receiverAgain = await fleet.receiver();
    await reborn.expect(201, 'POST', '/v1/endpoints', { url: receiverAgain.url });
    const published = await reborn.expect(202, 'POST', '/v1/events', order);
    const [request] = await receiverAgain.waitFor(1);
    expect(request && eventIdOf(request)).toBe(published['id']);
    await waitUntil(async () => {
      const { data } = (await other.expect(200, 'GET', '/v1/deliveries')) as { data: unknown[] };
      return data.length === 1;
    });
  });
});
