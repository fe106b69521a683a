import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventTypeAnswer } from '@postel/contracts';
import type { Receiver } from '@postel/testing';
import { attemptsWithBodies } from './harness/attempts-of.js';
import { eventIdOf } from './harness/event-id-of.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';

const schema = {
  type: 'object',
  required: ['id', 'amount'],
  properties: {
    id: { type: 'string' },
    amount: { type: 'integer', minimum: 1 },
    lines: {
      type: 'array',
      items: { type: 'object', properties: { sku: { type: 'string', pattern: '^[A-Z]+$' } } },
    },
  },
};
const example = { id: 'sub_1', amount: 100 };

describe('the catalogue of event types', () => {
  let fleet: Fleet;
  let producer: NatsProducer;
  let receiver: Receiver;
  beforeAll(async () => {
    fleet = await startFleet();
    producer = await connectProducer(fleet.nats.url);
    receiver = await fleet.receiver();
    await fleet.api.createEndpoint({ url: receiver.url, events: ['subscription.*', 'lunch.*'] });
  }, fleetPatienceMs);
  afterAll(async () => {
    await producer?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  const put = (name: string, body: object, query = '', headers = {}) =>
    fleet.api.request('PUT', `/v1/event-types/${name}${query}`, { body, headers });
  const get = (name: string, headers = {}) =>
    fleet.api.request('GET', `/v1/event-types/${name}`, { headers });
  const publish = (body: object, headers = {}) => fleet.api.request('POST', '/v1/events', { body, headers });
  const remove = (name: string) => fleet.api.request('DELETE', `/v1/event-types/${name}`);
  const deadLetterOf = (eventId: string) =>
    eventually(async () => {
      const { data } = await fleet.api.deadLetters(`eventId=${eventId}`);
      return data[0] ?? null;
    }, `the dead letter of ${eventId}`);
  const bodyOf = async (eventId: string) => {
    const request = await receiver.waitFor((requests) =>
      requests.some((each) => eventIdOf(each) === eventId),
    );
    void request;
    const found = receiver.requests.find((each) => eventIdOf(each) === eventId);
    return JSON.parse(String(found?.rawBody)) as Record<string, unknown>;
  };

  it('has the standard types from the first start, page by page, and what is newer before them', async () => {
    const first = await fleet.api.request('GET', '/v1/event-types?limit=10');
    const { data, nextCursor } = first.json as { data: EventTypeAnswer[]; nextCursor: string };
    expect(data.find(({ name }) => name === 'user.updated')).toMatchObject({
      origin: 'standard',
      schema: null,
      createdAt: null,
    });
    expect(data.map(({ examples }) => examples.length)).toEqual(data.map(() => 1));
    const second = await fleet.api.request('GET', `/v1/event-types?limit=10&cursor=${nextCursor}`);
    const rest = (second.json as { data: EventTypeAnswer[] }).data;
    expect(new Set([...data, ...rest].map(({ name }) => name)).size).toBe(14);
    expect((await put('lunch.served', {})).status).toBe(200);
    const newest = await fleet.api.request('GET', '/v1/event-types?limit=1');
    expect((newest.json as { data: EventTypeAnswer[] }).data[0]?.name).toBe('lunch.served');
    expect((await fleet.api.request('DELETE', '/v1/event-types/lunch.served')).status).toBe(204);
    expect((await get('no.such')).json).toMatchObject({ status: 404, code: 'event_type_not_found' });
    expect((await fleet.api.request('GET', '/v1/event-types?cursor=x')).status).toBe(400);
  });

  it('shows the API and the standard types to anyone, as a page', async () => {
    const page = await fleet.api.request('GET', '/docs', { token: null });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('PUT /v1/event-types/{name}');
    expect(page.text).toContain('order.created');
  });

  it('holds events to the schema of their type, at both front doors', async () => {
    expect(
      (await put('subscription.started', { description: 'It began.', schema, examples: [example] })).status,
    ).toBe(200);
    const bad = { id: 1, amount: 0, lines: [{ sku: 'a' }] };
    const refused = await publish({ type: 'subscription.started', data: { object: bad } });
    expect(refused.json).toMatchObject({ status: 422, code: 'schema_violation' });
    const { errors } = refused.json as { errors: { path: string; code: string }[] };
    expect(errors.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      'data.object.amount minimum',
      'data.object.id type',
      'data.object.lines.0.sku pattern',
    ]);
    await producer.publish('subscription.started', JSON.stringify({ id: 'bad-1', data: { object: bad } }));
    expect(await deadLetterOf('bad-1')).toMatchObject({
      reason: 'invalid_event',
      lastError: { code: 'schema_violation', message: expect.stringContaining('data.object.') },
    });
    const good = await publish({ type: 'subscription.started', data: { object: { ...example, extra: 1 } } });
    expect(good.status).toBe(202);
    const { id } = good.json as { id: string };
    expect(await bodyOf(id)).toMatchObject({ data: { object: { ...example, extra: 1 } } });
    await producer.publish('subscription.started', JSON.stringify(example), { 'Nats-Msg-Id': 'good-1' });
    expect(await bodyOf('good-1')).toMatchObject({ data: { object: example } });
  });

  it('refuses what cannot be a schema, and examples that do not fit', async () => {
    expect((await put('subscription.bad', { schema: { type: 'objekt' } })).json).toMatchObject({
      code: 'invalid_schema',
      errors: [{ path: 'schema.type' }, {}, {}],
    });
    expect((await put('subscription.bad', { schema, examples: [{ id: 'x' }] })).json).toMatchObject({
      code: 'schema_violation',
      errors: [{ path: 'examples.0.amount', code: 'required' }],
    });
    expect((await put('subscription', {})).json).toMatchObject({ code: 'invalid_event_type' });
    expect((await put('postel.x', {})).json).toMatchObject({ code: 'reserved_event_type' });
    expect((await put('subscription.bad', { schemas: 1 })).json).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'schemas', code: 'unknown_field' }],
    });
    expect((await get('subscription.bad')).status).toBe(404);
  });

  it('takes a narrower schema only by force', async () => {
    await put('subscription.renewed', { schema, examples: [example] });
    const wider = { ...schema, properties: { ...schema.properties, note: { type: ['string', 'null'] } } };
    // a property that could be anything is narrowed too
    expect((await put('subscription.renewed', { schema: wider })).json).toMatchObject({
      status: 422,
      code: 'incompatible_schema',
      errors: [{ path: 'schema.properties.note', code: 'type_narrowed' }],
    });
    const narrower = { ...schema, required: [...schema.required, 'plan'] };
    expect((await put('subscription.renewed', { schema: narrower })).json).toMatchObject({
      code: 'incompatible_schema',
      errors: [{ code: 'example_refused' }, { path: 'schema.properties.plan', code: 'property_required' }],
    });
    expect((await put('subscription.renewed', { schema: narrower }, '?force=true')).status).toBe(200);
    expect((await publish({ type: 'subscription.renewed', data: { object: example } })).status).toBe(422);
  });

  it('adds a type by its first use, once, over HTTP and over NATS', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => publish({ type: 'lunch.served', data: { object: {} } })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const served = await get('lunch.served');
    expect(served.json).toMatchObject({ name: 'lunch.served', origin: 'discovered', schema: null });
    await producer.publish('lunch.eaten', '{}');
    await eventually(async () => ((await get('lunch.eaten')).status === 200 ? true : null), 'lunch.eaten');
  });

  it('keeps a standard type deleted, until it is used or put again', async () => {
    expect((await remove('refund.processed')).status).toBe(204);
    expect((await remove('refund.processed')).status).toBe(404);
    await fleet.service('ingest').kill();
    await fleet.restart('ingest');
    expect((await get('refund.processed')).status).toBe(404);
    expect((await publish({ type: 'refund.processed', data: { object: {} } })).status).toBe(202);
    expect((await get('refund.processed')).json).toMatchObject({ origin: 'standard' });
  });

  it('delivers in a version that the platform declared, the same bytes at every attempt', async () => {
    const compact = {
      name: 'compact',
      transform: '{ "event": type, "sub": data.object.id, "cents": data.object.amount }',
      schema: { type: 'object', required: ['sub', 'cents'] },
    };
    const declared = { schema, examples: [example], versions: [compact] };
    const url = receiver.url;
    const pin = { url, events: ['subscription.paid', 'subscription.free'], apiVersion: 'compact' };
    const early = await fleet.api.request('POST', '/v1/endpoints', { body: pin });
    expect(early.json).toMatchObject({
      status: 422,
      code: 'unknown_api_version',
      errors: [{ path: 'apiVersion' }],
    });
    const wrong = { ...declared, versions: [{ ...compact, transform: 'data.object.id' }] };
    expect((await put('subscription.paid', wrong)).json).toMatchObject({
      code: 'invalid_transform',
      errors: [{ path: 'versions.0.transform', code: 'transform_no_object' }],
    });
    expect((await put('subscription.paid', declared)).status).toBe(200);
    const flaky = await fleet.receiver((_request, number) => ({ status: number === 1 ? 503 : 200 }));
    const endpoint = await fleet.api.createEndpoint({
      ...pin,
      url: flaky.url,
      retry: { maxAttempts: 3, initialDelayMs: 1_500 },
    });
    expect(endpoint.apiVersion).toBe('compact');
    const object = '{"id":"sub_9","amount":12345678901234567890}';
    const { id } = await fleet.api.publish(`{"type":"subscription.paid","data":{"object":${object}}}`);
    await flaky.waitFor((requests) => requests.length === 1);
    // between two attempts the version becomes another one
    const changed = { ...compact, transform: '{ "sub": data.object.id, "cents": 0 }' };
    expect((await put('subscription.paid', { ...declared, versions: [changed] })).status).toBe(200);
    await flaky.waitFor((requests) => requests.length === 2);
    const bodies = flaky.requests.map(({ rawBody }) => rawBody.toString());
    const expected = '{"event":"subscription.paid","sub":"sub_9","cents":12345678901234567890}';
    expect(bodies).toEqual([expected, expected]);
    const delivery = await eventually(async () => (await fleet.api.deliveriesOfEvent(id))[0], 'the delivery');
    const shown = await attemptsWithBodies(fleet.api, delivery.id, 2);
    expect(shown.map(({ request }) => request.body)).toEqual([expected, expected]);
    // a type that does not declare it comes in the default version
    const free = await fleet.api.publish({ type: 'subscription.free', data: { object: {} } });
    await flaky.waitFor((requests) => requests.some((request) => eventIdOf(request) === free.id));
    expect(JSON.parse(String(flaky.requests[2]?.rawBody))).toMatchObject({ apiVersion: '2024-01-01' });
  });

  it('ends a delivery whose version cannot be made, and delivers it when the version is mended', async () => {
    const version = (transform: string) => ({
      examples: [{ n: 1 }],
      versions: [{ name: 'sums', transform }],
    });
    await put('sums.made', version('{ "half": data.object.n / 2 }'));
    const own = await fleet.receiver();
    await fleet.api.createEndpoint({ url: own.url, events: ['sums.made'], apiVersion: 'sums' });
    const { id } = await fleet.api.publish({ type: 'sums.made', data: { object: { n: 'one' } } });
    const letter = await deadLetterOf(id);
    expect(letter).toMatchObject({
      reason: 'poison',
      attempts: 0,
      lastError: { code: 'transform_failed', message: expect.stringContaining('sums') },
    });
    await put('sums.made', version('{ "half": data.object.n }'));
    expect(await fleet.api.redrive(letter.id)).toBe(1);
    const [request] = await own.waitFor((requests) => requests.length === 1);
    expect(String(request?.rawBody)).toBe('{"half":"one"}');
  });

  it('refuses unknown types of a tenant that is strict about them', async () => {
    const state = {
      id: 'strict',
      description: '',
      strictEventTypes: true,
      metadata: {},
      createdAtMs: 1,
      updatedAtMs: 1,
    };
    const fact = { v: 1, fact: 'tenant.created', actor: 'admin', atMs: 1, state };
    await producer.publish('postel.config.tenant.strict.strict', JSON.stringify(fact));
    const headers = { 'postel-tenant': 'strict' };
    await eventually(
      async () => ((await get('order.created', headers)).status === 200 ? true : null),
      'the tenant',
    );
    const unknown = await publish({ type: 'lunch.served', data: { object: {} } }, headers);
    expect(unknown.json).toMatchObject({
      status: 422,
      code: 'unknown_event_type',
      errors: [{ path: 'type' }],
    });
    expect((await publish({ type: 'order.created', data: { object: {} } }, headers)).status).toBe(202);
    await producer.publish('lunch.served', '{"id":"strict-1","data":{"object":{}}}', {
      'Postel-Tenant': 'strict',
    });
    const letters = await eventually(async () => {
      const { json } = await fleet.api.request('GET', '/v1/dead-letters', { headers });
      const { data } = json as { data: { eventId: string; lastError: unknown }[] };
      return data.length > 0 ? data : null;
    }, 'the dead letter');
    expect(letters).toMatchObject([{ eventId: 'strict-1', lastError: { code: 'unknown_event_type' } }]);
    expect((await put('lunch.served', {}, '', headers)).status).toBe(200);
    expect((await publish({ type: 'lunch.served', data: { object: {} } }, headers)).status).toBe(202);
  });
});
