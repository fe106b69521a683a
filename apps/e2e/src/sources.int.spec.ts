import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemOf, type Api, type ApiAnswer } from './harness/api-client.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { createTenant } from './harness/tenant-client.js';

describe('sources of inbound webhooks', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet({ replicas: { ingest: 2 } });
    await fleet.api.readDocument();
  }, fleetPatienceMs);
  afterAll(() => fleet?.stop(), fleetPatienceMs);

  const request = (method: string, path: string, body?: unknown): Promise<ApiAnswer> =>
    fleet.api.request(method, path, body === undefined ? {} : { body });
  const created = async (body: object) => {
    const answer = await request('POST', '/v1/sources', body);
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return answer.json as { id: string; name: string; secret: string | null; url: string };
  };

  it('are created, read, changed and deleted; a secret is shown once, and only one that was made', async () => {
    const made = await created({ name: 'code', provider: 'github' });
    expect(made).toMatchObject({
      id: expect.stringMatching(/^src_/),
      url: `/webhooks/${made.id}`,
      secret: expect.stringMatching(/^whsec_.{40}/),
      secretCount: 1,
      toleranceSeconds: 300,
      rateLimit: { max: 100, perSeconds: 1 },
      status: 'active',
      signature: null,
    });
    const given = await created({ name: 'billing', provider: 'stripe', secrets: ['whsec_of_stripe'] });
    expect(given.secret).toBeNull();

    const { secret: _shown, ...rest } = made;
    expect((await request('GET', `/v1/sources/${made.id}`)).json).toEqual(rest);
    const list = (await request('GET', '/v1/sources')).json as { data: { name: string }[] };
    expect(list.data.map(({ name }) => name)).toEqual(['billing', 'code']);

    const overlap = { secrets: ['the-new-one', 'the-old-one'], status: 'disabled', metadata: { team: 'a' } };
    const changed = await request('PATCH', `/v1/sources/${made.id}`, overlap);
    expect(changed.json).toMatchObject({ secretCount: 2, status: 'disabled', metadata: { team: 'a' } });
    expect(changed.text).not.toMatch(/the-new-one|the-old-one/);

    expect((await request('DELETE', `/v1/sources/${made.id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) {
      const gone = await request(method, `/v1/sources/${made.id}`);
      expect([gone.status, problemOf(gone).code]).toEqual([404, 'source_not_found']);
    }
    // its name is free again, for another source
    const again = await created({ name: 'code', provider: 'github' });
    expect(again.id).not.toBe(made.id);
  });

  it('have a name once in their tenant, whoever asks at the same moment; another tenant has its own', async () => {
    const other = await createTenant(fleet.api, 'other');
    const bodies = Array.from({ length: 8 }, () => ({ name: 'raced', provider: 'postel' }));
    const replicas = [fleet.api, fleet.apiOf('ingest', 1)];
    const answers = await Promise.all(
      bodies.map((body, n) => (replicas[n % 2] as Api).request('POST', '/v1/sources', { body })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
    const refused = answers.filter(({ status }) => status === 409).map((answer) => problemOf(answer).code);
    expect(new Set(refused)).toEqual(new Set(['source_exists']));
    await other.expect(201, 'POST', '/v1/sources', { name: 'raced', provider: 'postel' });
  });

  it('refuse what their provider cannot be', async () => {
    const hmac = { name: 'x', provider: 'hmac' };
    const signed = { header: 'x-sig' };
    for (const [body, at] of [
      [{ name: 'a.b', provider: 'github' }, 'name'],
      [{ name: 'x'.repeat(41), provider: 'github' }, 'name'],
      [{ name: 'x', provider: 'nobody' }, 'provider'],
      [{ name: 'x', provider: 'stripe' }, 'secrets'],
      [{ name: 'x', provider: 'stripe', secrets: [] }, 'secrets'],
      [{ name: 'x', provider: 'stripe', secrets: ['short'] }, 'secrets.0'],
      [{ name: 'x', provider: 'stripe', secrets: ['space at the end '] }, 'secrets.0'],
      [{ name: 'x', provider: 'stripe', secrets: ['twice-the-same', 'twice-the-same'] }, 'secrets'],
      [{ name: 'x', provider: 'postel', secrets: ['no-whsec-at-all'] }, 'secrets.0'],
      [{ name: 'x', provider: 'github', signature: signed }, 'signature'],
      [hmac, 'signature'],
      [{ ...hmac, signature: { header: 'a b' } }, 'signature.header'],
      [{ ...hmac, signature: { ...signed, signed: 'nothing' } }, 'signature.signed'],
      [{ ...hmac, signature: { ...signed, signed: '{body}{body}' } }, 'signature.signed'],
      [{ ...hmac, signature: { ...signed, signed: '{timestamp}.{body}' } }, 'signature.signed'],
      [{ ...hmac, signature: { ...signed, timestamp: { header: 'x-at' } } }, 'signature.signed'],
      [{ ...hmac, signature: { ...signed, signed: '{id}.{body}' } }, 'signature.signed'],
      [{ ...hmac, signature: { ...signed, signed: '{body}{secret}' } }, 'signature.signed'],
      [{ name: 'x', provider: 'github', rateLimit: { max: 0, perSeconds: 1 } }, 'rateLimit.max'],
    ] as const) {
      const answer = await request('POST', '/v1/sources', body);
      const errors = problemOf(answer).errors?.map(({ path }) => path);
      expect({ body, status: answer.status, errors }).toEqual({ body, status: 422, errors: [at] });
    }
    const { id } = await created({ name: 'fixed', provider: 'stripe', secrets: ['whsec_of_stripe'] });
    for (const [body, at] of [
      [{ name: 'another' }, 'name'],
      [{ provider: 'github' }, 'provider'],
      [{ signature: signed }, 'signature'],
      [{ secrets: [] }, 'secrets'],
    ] as const) {
      const answer = await request('PATCH', `/v1/sources/${id}`, body);
      const errors = problemOf(answer).errors?.map(({ path }) => path);
      expect({ body, status: answer.status, errors }).toEqual({ body, status: 422, errors: [at] });
    }
  });
});
