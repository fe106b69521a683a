import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemOf, type CreatedEndpoint } from './harness/api-client.js';
import { fleetPatienceMs, type RunningPostel } from './harness/fleet.js';
import { createTenant } from './harness/tenant-client.js';
import { startTogether } from './harness/together.js';

interface Change {
  readonly fact: string;
  readonly actor: string;
  readonly at: string;
  readonly changes: Readonly<Record<string, { before: unknown; after: unknown }>>;
}
interface History {
  readonly data: readonly Change[];
  readonly nextCursor: string | null;
}

describe('the history of an endpoint', () => {
  let fleet: RunningPostel;
  let endpoint: CreatedEndpoint;
  beforeAll(async () => {
    fleet = await startTogether();
    endpoint = await fleet.api.createEndpoint({
      url: 'http://127.0.0.1:9000/',
      headers: { 'x-key': 'first-value' },
    });
  }, fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop();
  }, fleetPatienceMs);

  const path = () => `/v1/endpoints/${endpoint.id}/history`;
  async function history(query = ''): Promise<History> {
    const answer = await fleet.api.request('GET', `${path()}${query}`);
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
    return answer.json as History;
  }

  it('tells who changed what and when, newest first, and shows no value that is secret', async () => {
    const sinceMs = Date.now() - 60_000;
    await fleet.api.updateEndpoint(endpoint.id, { timeoutMs: 500, headers: { 'x-key': 'second-value' } });
    // what it has already is no change
    await fleet.api.updateEndpoint(endpoint.id, { headers: { 'x-key': 'second-value' }, timeoutMs: 500 });
    await fleet.api.updateEndpoint(endpoint.id, { headers: {}, retry: { schedule: [5] } });
    await fleet.api.setEndpoint(endpoint.id, 'pause');
    await fleet.api.request('POST', `/v1/endpoints/${endpoint.id}/rotate-secret`, { body: {} });
    const revealed = await fleet.api.request('GET', `/v1/endpoints/${endpoint.id}/secret`);

    const { data, nextCursor } = await history();
    expect(nextCursor).toBeNull();
    expect(data.map(({ fact, changes }) => [fact, Object.keys(changes).sort()])).toEqual([
      ['endpoint.secret_revealed', []],
      ['endpoint.secret_rotated', []],
      ['endpoint.paused', ['status']],
      ['endpoint.updated', ['headers', 'retry']],
      ['endpoint.updated', ['headers', 'timeoutMs']],
      ['endpoint.created', expect.arrayContaining(['events', 'headers', 'signature', 'status', 'url'])],
    ]);
    expect(data.map(({ changes }) => changes)).toMatchObject([
      {},
      {},
      { status: { before: 'active', after: 'paused' } },
      {
        headers: { before: { 'x-key': '***' }, after: {} },
        retry: { before: null, after: { schedule: [5] } },
      },
      {
        headers: { before: { 'x-key': '***' }, after: { 'x-key': '***' } },
        timeoutMs: { before: 10_000, after: 500 },
      },
      { url: { before: null, after: 'http://127.0.0.1:9000/' } },
    ]);
    for (const { actor, at } of data) {
      expect(actor).toBe('admin');
      expect(Date.parse(at)).toBeGreaterThan(sinceMs);
    }
    const text = JSON.stringify(data);
    for (const hidden of [
      'first-value',
      'second-value',
      'whsec_',
      (revealed.json as { secret: string }).secret,
    ])
      expect(text).not.toContain(hidden);
  });

  it('comes page by page, and is not moved by what happens meanwhile', async () => {
    const all = (await history()).data;
    const first = await history('?limit=2');
    await fleet.api.setEndpoint(endpoint.id, 'enable');
    const pages = [first];
    for (let page = first; page.nextCursor;) {
      page = await history(`?limit=2&cursor=${page.nextCursor}`);
      pages.push(page);
    }
    expect(pages.flatMap(({ data }) => data)).toEqual(all);
    for (const query of ['?cursor=x', '?limit=0', '?cursor=WyJlcCIsMV0'])
      expect((await fleet.api.request('GET', `${path()}${query}`)).status).toBe(400);
  });

  it('has every reveal, however many there are at once', async () => {
    const before = (await history('?limit=250')).data.length;
    const path = `/v1/endpoints/${endpoint.id}/secret`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => fleet.api.request('GET', path)));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect((await history('?limit=250')).data).toHaveLength(before + 20);
    await fleet.api.setEndpoint(endpoint.id, 'pause');
    await fleet.api.setEndpoint(endpoint.id, 'enable');
  });

  it('is another tenant’s business for none but it', async () => {
    await createTenant(fleet.api, 'acme');
    const headers = { 'postel-tenant': 'acme' };
    for (const route of ['history', 'secret']) {
      const other = await fleet.api.request('GET', `/v1/endpoints/${endpoint.id}/${route}`, { headers });
      expect({ status: other.status, code: problemOf(other).code }).toEqual({
        status: 404,
        code: 'endpoint_not_found',
      });
    }
    const rotation = `/v1/endpoints/${endpoint.id}/rotate-secret`;
    expect((await fleet.api.request('POST', rotation, { headers, body: {} })).status).toBe(404);
    expect((await history('?limit=1')).data[0]?.fact).toBe('endpoint.enabled');
  });

  it('is there after the deletion, and nothing is for what never was', async () => {
    await fleet.api.deleteEndpoint(endpoint.id);
    const { data } = await history('?limit=3');
    expect(data[0]).toMatchObject({ fact: 'endpoint.deleted', actor: 'admin', changes: {} });
    expect(data[1]?.fact).toBe('endpoint.enabled');
    expect((await fleet.api.request('GET', `/v1/endpoints/${endpoint.id}/secret`)).status).toBe(404);
    expect((await fleet.api.request('GET', '/v1/endpoints/ep_none/history')).status).toBe(404);
  });
});
