import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemOf, type ApiAnswer, type CreatedEndpoint } from './harness/api-client.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';

describe('Idempotency-Key', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet();
  }, fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop();
  }, fleetPatienceMs);

  const post = (path: string, key: string, body?: unknown): Promise<ApiAnswer> =>
    fleet.api.request('POST', path, {
      ...(body === undefined ? {} : { body }),
      headers: { 'idempotency-key': key },
    });
  const replayed = ({ headers }: ApiAnswer) => headers.get('idempotent-replayed');
  const endpoints = async () =>
    (await fleet.api.request('GET', '/v1/endpoints?limit=250')).json as { data: [] };

  it('makes one endpoint of two requests, and shows its secret to both', async () => {
    const body = { url: 'http://127.0.0.1:45999/once' };
    const before = (await endpoints()).data.length;
    const [first, again] = [
      await post('/v1/endpoints', 'create', body),
      await post('/v1/endpoints', 'create', body),
    ];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.text).toBe(first.text);
    expect((again.json as CreatedEndpoint).secret).toMatch(/^whsec_/);
    expect([replayed(first), replayed(again)]).toEqual([null, 'true']);
    expect((await endpoints()).data).toHaveLength(before + 1);
    const other = await post('/v1/endpoints', 'create', { url: 'http://127.0.0.1:45999/other' });
    expect([other.status, problemOf(other).code]).toEqual([409, 'idempotency_conflict']);
  });

  it('survives the restart of the service, and holds on routes without a body', async () => {
    const { id } = await fleet.api.createEndpoint({ url: 'http://127.0.0.1:45999/restart' });
    const first = await post(`/v1/endpoints/${id}/pause`, 'pause');
    expect([first.status, first.json]).toMatchObject([200, { status: 'paused' }]);
    await fleet.api.setEndpoint(id, 'enable');
    await fleet.service('ingest').kill();
    await fleet.restart('ingest');
    const again = await post(`/v1/endpoints/${id}/pause`, 'pause');
    expect([again.status, again.text, replayed(again)]).toEqual([200, first.text, 'true']);
    expect((await fleet.api.endpoint(id)).status).toBe('active');
  });

  it('holds on routes of the other services', async () => {
    const dead = { url: 'http://127.0.0.1:45999/dead', retry: { maxAttempts: 1 }, events: ['order.keyed'] };
    await fleet.api.createEndpoint(dead);
    const { id } = await fleet.api.publish({ type: 'order.keyed', data: { object: {} } });
    await eventually(
      async () => ((await fleet.api.deadLetters(`eventId=${id}`)).data.length > 0 ? true : null),
      'the dead letter',
    );
    const first = await post('/v1/dead-letters/redrive', 'redrive', { eventId: id });
    expect([first.status, first.json]).toEqual([202, { redriven: 1, jobId: null }]);
    const again = await post('/v1/dead-letters/redrive', 'redrive', { eventId: id });
    expect([again.status, again.text, replayed(again)]).toEqual([202, first.text, 'true']);
    const other = await post('/v1/dead-letters/redrive', 'redrive', {});
    expect(problemOf(other).code).toBe('idempotency_conflict');
  });

  it('keeps what was decided, and not what was refused at the door', async () => {
    const missing = await post('/v1/endpoints/ep_none/pause', 'missing');
    expect([missing.status, replayed(missing)]).toEqual([404, null]);
    expect(replayed(await post('/v1/endpoints/ep_none/pause', 'missing'))).toBe('true');
    expect((await post('/v1/endpoints', 'mended', { url: 7 })).status).toBe(422);
    expect((await post('/v1/endpoints', 'mended', '{')).status).toBe(400);
    expect((await post('/v1/endpoints', 'mended', { url: 'http://127.0.0.1:45999/' })).status).toBe(201);
  });

  it.each(['', 'x'.repeat(256), 'caf\u00e9'])('refuses the key %j', async (key) => {
    const answer = await post('/v1/endpoints', key, { url: 'http://127.0.0.1:45999/' });
    expect([answer.status, problemOf(answer).errors?.[0]?.path]).toEqual([400, 'idempotency-key']);
  });

  it('leaves nothing undone by a client that does not wait for the answer', async () => {
    const body = { url: 'http://127.0.0.1:45999/impatient' };
    const impatient = fleet.api.request('POST', '/v1/endpoints', {
      body,
      headers: { 'idempotency-key': 'impatient' },
      timeoutMs: 1,
    });
    await impatient.catch(() => undefined);
    const answer = await eventually(async () => {
      const again = await post('/v1/endpoints', 'impatient', body);
      return again.status === 201 ? again : null;
    }, 'the answer');
    expect(answer.status).toBe(201);
    const made = (await endpoints()).data as { url: string }[];
    expect(made.filter(({ url }) => url === body.url)).toHaveLength(1);
  });

  it('stays under way when its process is killed before the answer, and says so', async () => {
    fleet.service('dead-letter').signal('SIGSTOP');
    const hanging = post('/v1/dead-letters/redrive', 'killed', {}).catch(() => 'no answer');
    const ask = () => post('/v1/dead-letters/redrive', 'killed', {});
    await eventually(async () => ((await ask()).status === 409 ? true : null), 'the claim');
    await fleet.service('ingest').kill();
    fleet.service('dead-letter').signal('SIGCONT');
    expect(await hanging).toBe('no answer');
    await fleet.restart('ingest');
    const told = await ask();
    expect([told.status, problemOf(told).code]).toEqual([409, 'idempotency_in_progress']);
    expect(Number(told.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
