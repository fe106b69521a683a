import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, type RunningPostel } from './harness/fleet.js';
import { Subscriptions } from './harness/subscriptions.js';
import { createTenant } from './harness/tenant-client.js';
import { startTogether } from './harness/together.js';

const patienceMs = 120_000;

interface Entry {
  readonly id: string;
  readonly action: string;
  readonly actor: string;
  readonly endpointId: string | null;
  readonly subject: string | null;
  readonly count: number;
}

interface Line {
  readonly position: string;
  readonly fact: string;
  readonly tenant: string;
  readonly eventId: string;
}

describe('who did what, what was thrown away, and the log to take along', () => {
  let fleet: RunningPostel;
  let subscriptions: Subscriptions;
  beforeAll(async () => {
    fleet = await startTogether();
    subscriptions = new Subscriptions(fleet, 'audit');
  }, fleetPatienceMs);
  afterAll(async () => {
    await subscriptions?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  const entries = async (query = '', token?: string) => {
    const { status, json } = await fleet.api.request('GET', `/v1/audit?${query}`, token ? { token } : {});
    expect(status).toBe(200);
    return json as { data: Entry[]; nextCursor: string | null };
  };
  const purge = (query: string) => fleet.api.request('DELETE', `/v1/dead-letters?${query}`);
  const deadOf = async (query: string) => (await fleet.api.deadLetters(`limit=250&${query}`)).data.length;

  it(
    'purges dead letters by filter, only with a condition, and tells it as one deed of each endpoint',
    async () => {
      const many = await subscriptions.add({}, () => ({ status: 404 }));
      const few = await subscriptions.add({}, () => ({ status: 404 }));
      await subscriptions.publish(many, 60);
      await subscriptions.publish(few, 3);
      await eventually(async () => (await deadOf('')) === 63 || null, '63 dead letters');
      expect(await purge('')).toMatchObject({ status: 422, json: { code: 'invalid_request' } });
      expect(await deadOf('')).toBe(63);
      expect(await purge(`type=${many.type}`)).toMatchObject({
        status: 202,
        json: { discarded: 60, complete: true },
      });
      await eventually(async () => (await deadOf(`type=${many.type}`)) === 0 || null, 'them to be gone');
      expect(await deadOf(`type=${few.type}`)).toBe(3);
      const discarded = await eventually(async () => {
        const { data } = await fleet.api.deliveries(
          `endpointId=${many.endpoint.id}&status=discarded&limit=250`,
        );
        return data.length === 60 || null;
      }, 'their deliveries to be discarded');
      expect(discarded).toBe(true);
      expect((await purge('all=true')).json).toEqual({ discarded: 3, complete: true });
      await eventually(async () => (await deadOf('')) === 0 || null, 'all to be gone');
      const told = await eventually(async () => {
        const { data } = await entries('action=delivery.discarded');
        return data.reduce((sum, { count }) => sum + count, 0) === 63 ? data : null;
      }, 'the audit to have them');
      expect(told).toMatchObject([
        { actor: 'admin', endpointId: few.endpoint.id, count: 3 },
        { actor: 'admin', endpointId: many.endpoint.id, count: 60 },
      ]);
    },
    patienceMs,
  );

  it(
    'tells who did what to deliveries, endpoints, secrets, keys and tenants, newest first',
    async () => {
      const { api } = fleet;
      const acme = await createTenant(api, 'acme');
      const receiver = await subscriptions.receiver();
      const endpoint = await acme.expect(201, 'POST', '/v1/endpoints', { url: receiver.url });
      const path = `/v1/endpoints/${String(endpoint['id'])}`;
      for (const verb of ['pause', 'enable']) await acme.expect(200, 'POST', `${path}/${verb}`);
      await acme.expect(200, 'GET', `${path}/secret`);
      await acme.expect(200, 'POST', `${path}/rotate-secret`, {});
      const portal = await acme.expect(201, 'POST', '/v1/portal-tokens', {});
      const event = await acme.expect(202, 'POST', '/v1/events', {
        type: 'order.created',
        data: { object: {} },
      });
      const delivery = await eventually(async () => {
        const { data } = (await acme.expect(200, 'GET', '/v1/deliveries?status=succeeded')) as {
          data: { id: string }[];
        };
        return data[0];
      }, 'the delivery');
      const asPortal = { token: String(portal['token']), body: {} };
      await acme.request('POST', `/v1/deliveries/${delivery.id}/retry`, asPortal);
      await acme.expect(202, 'POST', `/v1/events/${String(event['id'])}/replay`, {});
      await acme.request('GET', '/v1/export');
      await acme.expect(202, 'DELETE', `/v1/events/${String(event['id'])}`);
      await acme.request('DELETE', path);
      const key = `key:${acme.keyId}`;
      const id = String(endpoint['id']);
      const expected = [
        ['endpoint.deleted', key, id],
        ['event.erased', key, String(event['id'])],
        ['log.exported', key, null],
        ['event.replayed', key, String(event['id'])],
        ['delivery.retried', `portal:${String(portal['id'])}`, delivery.id],
        ['portal_token.created', key, String(portal['id'])],
        ['endpoint.secret_rotated', key, id],
        ['endpoint.secret_revealed', key, id],
        ['endpoint.enabled', key, id],
        ['endpoint.paused', key, id],
        ['endpoint.created', key, id],
        ['api_key.created', 'admin', acme.keyId],
        ['tenant.created', 'admin', 'acme'],
      ];
      const seen = await eventually(async () => {
        const { data } = await entries('', acme.key);
        return data.length >= expected.length ? data : null;
      }, 'all entries');
      expect(seen.map(({ action, actor, subject }) => [action, actor, subject])).toEqual(expected);
      const filtered = await entries(`endpointId=${id}&action=endpoint.paused&actor=${key}`, acme.key);
      expect(filtered.data).toMatchObject([{ action: 'endpoint.paused', endpointId: id, count: 1 }]);
      const first = await entries('limit=4', acme.key);
      const next = await entries(`limit=250&cursor=${first.nextCursor}`, acme.key);
      expect([...first.data, ...next.data].map(({ id }) => id)).toEqual(seen.map(({ id }) => id));
      expect(next.nextCursor).toBeNull();
      const deleted = await api.request('DELETE', '/v1/tenants/acme');
      expect(deleted.status).toBe(202);
      await eventually(
        async () => (await entries('action=tenant.deleted')).data.find(({ subject }) => subject === 'acme'),
        'the deletion, where it outlives the tenant',
      );
    },
    patienceMs,
  );

  it(
    'exports the log of a tenant, line by line, and goes on where a client stopped',
    async () => {
      const subscription = await subscriptions.add({});
      const other = await createTenant(fleet.api, 'other');
      const ids = await subscriptions.publish(subscription, 300);
      await eventually(async () => {
        const { data } = await fleet.api.deliveries(
          `endpointId=${subscription.endpoint.id}&limit=250&status=succeeded`,
        );
        return data.length === 250 || null;
      }, 'the deliveries');
      const all = await eventually(async () => {
        const lines = await exported();
        const told = new Set(
          lines.filter(({ fact }) => fact === 'delivery.succeeded').map(({ eventId }) => eventId),
        );
        return ids.every((id) => told.has(id)) ? lines : null;
      }, 'the export to have them all');
      const positions = all.map(({ position }) => Number(position));
      expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
      expect(new Set(all.map(({ tenant }) => tenant))).toEqual(new Set(['default']));
      for (const at of [0, 1, Math.floor(all.length / 2), all.length - 1]) {
        const rest = await exported(`after=${all[at]?.position}`);
        expect(rest.slice(0, all.length - at - 1)).toEqual(all.slice(at + 1));
      }
      expect(await exported(`until=${new Date(0).toISOString()}`)).toEqual([]);
      expect(await exported(`since=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
      const ofOther = await other.request('GET', '/v1/export');
      expect([ofOther.status, ofOther.text]).toEqual([200, '']);
      expect(ofOther.headers.get('content-type')).toBe('application/x-ndjson');
    },
    patienceMs,
  );

  it(
    'gives the place of a reader that went away to another, which goes on where that was',
    async () => {
      const wordy = await fleet.receiver(() => ({ status: 200, body: 'ö'.repeat(8_000) }));
      const type = 'order.wordy';
      await fleet.api.createEndpoint({ url: wordy.url, events: [type] });
      // more than all the buffers between the log and a reader that does not read
      for (let round = 0; round < 8; round++) await subscriptions.publish({ type }, 200);
      await eventually(async () => wordy.requests.length >= 1_600 || null, 'all to be delivered', {
        timeoutMs: 60_000,
      });
      const readers = await Promise.all(Array.from({ length: 2 }, () => beginExport()));
      expect(readers.map(({ statusCode }) => statusCode)).toEqual(readers.map(() => 200));
      const other = await createTenant(fleet.api, 'elsewhere');
      const third = await fleet.api.request('GET', '/v1/export');
      expect([third.status, third.headers.get('retry-after')]).toEqual([429, '5']);
      // not to another tenant's cost
      expect((await other.request('GET', '/v1/export')).status).toBe(200);
      const [first] = readers;
      const begun = await firstLines(first as IncomingMessage);
      for (const reader of readers) reader.destroy();
      const last = begun.at(-1) as Line;
      const rest = await eventually(async () => {
        const answer = await fleet.api.request('GET', `/v1/export?after=${last.position}`);
        return answer.status === 200 ? linesOf(answer.text) : null;
      }, 'a place to be free');
      const all = await exported();
      expect([...begun, ...rest]).toEqual(all.slice(0, begun.length + rest.length));
      expect(rest.length).toBeGreaterThan(0);
    },
    patienceMs,
  );

  /** Whose answer is not read. */
  async function beginExport(): Promise<IncomingMessage> {
    const { url, operatorToken: token } = fleet.api;
    const asked = request(`${url}/v1/export`, {
      headers: { authorization: `Bearer ${token}` },
      agent: false,
    });
    const [answer] = (await once(asked.end(), 'response')) as [IncomingMessage];
    answer.on('error', () => undefined); // it is cut off
    return answer;
  }

  /** What comes first; a line that is cut is left out. */
  async function firstLines(answer: IncomingMessage): Promise<Line[]> {
    const [chunk] = (await once(answer.setEncoding('utf8'), 'data')) as [string];
    answer.pause();
    return linesOf(chunk.slice(0, chunk.lastIndexOf('\n') + 1));
  }

  const linesOf = (text: string) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);

  async function exported(query = ''): Promise<Line[]> {
    const { status, text } = await fleet.api.request('GET', `/v1/export?${query}`);
    expect(status).toBe(200);
    return linesOf(text);
  }
});
