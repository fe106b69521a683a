import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Receiver } from '@postel/testing';
import { createHmac, randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { problemOf, type Api, type ApiAnswer } from './harness/api-client.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { connectProducer } from './harness/nats-producer.js';
import { shortenDuplicateWindow } from './harness/stream-limits.js';
import { metric } from './harness/metric.js';

const stripeSecret = 'whsec_of_stripe';

interface Source {
  readonly id: string;
  readonly url: string;
  readonly secret: string | null;
}

describe('inbound webhooks', () => {
  let fleet: Fleet;
  let receiver: Receiver;
  let replicas: readonly Api[];
  let endpointSecret: string;
  beforeAll(async () => {
    fleet = await startFleet({ replicas: { ingest: 2 } });
    await fleet.api.readDocument();
    replicas = [fleet.api, fleet.apiOf('ingest', 1)];
    receiver = await fleet.receiver();
    const endpoint = await fleet.api.createEndpoint({ url: receiver.url, events: ['inbound.*'] });
    endpointSecret = endpoint.secret;
  }, fleetPatienceMs);
  afterAll(() => fleet?.stop(), fleetPatienceMs);

  const made = async (body: object): Promise<Source> => {
    const answer = await fleet.api.request('POST', '/v1/sources', { body });
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    const source = answer.json as Source;
    // the other replica follows CONFIG
    const there = async () => (await replicas[1]?.request('GET', `/v1/sources/${source.id}`))?.status === 200;
    await eventually(async () => (await there()) || null, 'the source at the other replica');
    return source;
  };
  const send = (
    { url }: Source,
    body: string | Uint8Array,
    headers: Record<string, string>,
    api: Api = fleet.api,
  ): Promise<ApiAnswer> => api.request('POST', url, { token: null, body, headers });
  const stripeHeaders = (body: string, { secret = stripeSecret, offSec = 0 } = {}) => {
    const at = Math.floor(Date.now() / 1_000) + offSec;
    const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
    return { 'stripe-signature': `t=${at},v1=${signature}` };
  };
  const githubHeaders = (body: string, secret: string, event: string, delivery: string = randomUUID()) => ({
    'x-github-event': event,
    'x-github-delivery': delivery,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  });
  const received = (type: string) =>
    receiver.requests.filter(
      ({ rawBody }) => (JSON.parse(rawBody.toString()) as { type: string }).type === type,
    );
  const arrived = async (type: string) => {
    await receiver.waitFor(() => received(type).length > 0);
    return received(type)[0] as (typeof receiver.requests)[number];
  };

  it('of Stripe goes out to a subscribed endpoint as a signed event, its bytes as they came', async () => {
    const source = await made({ name: 'billing', provider: 'stripe', secrets: [stripeSecret] });
    const body = '{ "id":"evt_1","type":"invoice.paid", "amount":12345678901234567890, "rate":1.0 }';
    const answer = await send(source, body, stripeHeaders(body));
    expect([answer.status, answer.json]).toEqual([200, { received: true }]);
    const request = await arrived('inbound.billing.invoice.paid');
    new Webhook(endpointSecret).verify(request.rawBody, request.headers as Record<string, string>);
    expect(request.rawBody.toString()).toContain(`"data":{"object":${body}}`);
    expect(JSON.parse(request.rawBody.toString())).toMatchObject({
      relatedObjects: {
        inbound: { source: 'billing', sourceId: source.id, provider: 'stripe', id: 'evt_1' },
      },
    });
    const types = await fleet.api.request('GET', '/v1/event-types/inbound.billing.invoice.paid');
    expect(types.status).toBe(200);
  });

  it('of GitHub goes out too, of either content type; a form keeps its text', async () => {
    const source = await made({ name: 'code', provider: 'github' });
    const secret = String(source.secret);
    const body = '{"action":"opened","number":1}';
    expect((await send(source, body, githubHeaders(body, secret, 'pull_request'))).status).toBe(200);
    const request = await arrived('inbound.code.pull_request.opened');
    expect(request.rawBody.toString()).toContain(`"data":{"object":${body}}`);
    const form = `payload=${encodeURIComponent('{"ref":"refs/heads/main"}')}`;
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await send(source, form, { ...githubHeaders(form, secret, 'push'), ...type })).status).toBe(200);
    const pushed = JSON.parse((await arrived('inbound.code.push')).rawBody.toString()) as {
      data: { object: unknown };
    };
    expect(pushed.data.object).toEqual({ contentType: type['content-type'], raw: form });
  });

  it('is taken once, however often and wherever it comes; a duplicate is good news', async () => {
    const source = await made({ name: 'repeated', provider: 'github' });
    const body = '{"n":1}';
    const headers = githubHeaders(body, String(source.secret), 'star');
    const before = await accepted();
    const together = await Promise.all(
      Array.from({ length: 10 }, (_, n) => send(source, body, headers, replicas[n % 2] as Api)),
    );
    for (const api of replicas) together.push(await send(source, body, headers, api));
    for (const answer of together) expect([answer.status, answer.json]).toEqual([200, { received: true }]);
    await arrived('inbound.repeated.star');
    expect(await accepted()).toBe(before + 1);
    // a later one overtakes nothing: when it is there, a second of the first would be
    await send(source, body, githubHeaders(body, String(source.secret), 'fork'));
    await arrived('inbound.repeated.fork');
    expect(received('inbound.repeated.star')).toHaveLength(1);
  });

  it('is remembered longer than the broker knows it', async () => {
    const source = await made({ name: 'later', provider: 'github' });
    const body = '{"n":1}';
    const headers = githubHeaders(body, String(source.secret), 'star');
    await send(source, body, headers);
    const first = await arrived('inbound.later.star');
    // what the broker's window forgets after 10 minutes, it forgets with its memory
    await forgetMessageIds();
    for (const api of replicas) expect((await send(source, body, headers, api)).status).toBe(200);
    const others = githubHeaders(body, String(source.secret), 'fork');
    const isTaken = async () => (await send(source, body, others)).status === 200 || null;
    await eventually(isTaken, 'the broker to take events again', { timeoutMs: 30_000 });
    await arrived('inbound.later.fork');
    expect(received('inbound.later.star')).toEqual([first]);
  }, 60_000);

  it('is refused when it is not signed as its source says, at once and with a word why', async () => {
    const source = await made({ name: 'strict', provider: 'stripe', secrets: [stripeSecret] });
    const body = '{"id":"evt_x","type":"a.b"}';
    const unsigned: readonly Record<string, string>[] = [
      {},
      stripeHeaders(body, { secret: 'whsec_of_another' }),
      stripeHeaders(`${body} `),
      stripeHeaders(body, { offSec: -400 }),
      stripeHeaders(body, { offSec: 400 }),
    ];
    for (const headers of unsigned) {
      const answer = await send(source, body, headers);
      expect([answer.status, problemOf(answer).code]).toEqual([401, 'invalid_signature']);
      expect(answer.text).not.toMatch(/whsec_/);
    }
    const malformed = '{"id":';
    const understood = await send(source, malformed, stripeHeaders(malformed));
    expect([understood.status, problemOf(understood).code]).toEqual([400, 'malformed_json']);
    const large = JSON.stringify({ id: 'evt_l', a: 'x'.repeat(256 * 1_024) });
    const tooLarge = await send(source, large, stripeHeaders(large));
    expect([tooLarge.status, problemOf(tooLarge).code]).toEqual([413, 'payload_too_large']);
  });

  it('finds no source that there is not, or that is disabled or deleted', async () => {
    const source = await made({ name: 'closed', provider: 'stripe', secrets: [stripeSecret] });
    const body = '{"id":"evt_y","type":"a.b"}';
    const codeOf = async (to: Source) => {
      const answer = await send(to, body, stripeHeaders(body));
      return [answer.status, problemOf(answer).code];
    };
    expect(await codeOf({ ...source, url: '/webhooks/src_unknown' })).toEqual([404, 'source_not_found']);
    await fleet.api.request('PATCH', `/v1/sources/${source.id}`, { body: { status: 'disabled' } });
    expect(await codeOf(source)).toEqual([404, 'source_not_found']);
    await fleet.api.request('PATCH', `/v1/sources/${source.id}`, { body: { status: 'active' } });
    expect((await send(source, body, stripeHeaders(body))).status).toBe(200);
    await fleet.api.request('DELETE', `/v1/sources/${source.id}`);
    expect(await codeOf(source)).toEqual([404, 'source_not_found']);
  });

  it('is signed with the new secret or the old one while both are there', async () => {
    const source = await made({ name: 'rotated', provider: 'stripe', secrets: ['the-old-one'] });
    const statusWith = async (secret: string) => {
      const body = JSON.stringify({ id: randomUUID(), type: 'a.b' });
      return (await send(source, body, stripeHeaders(body, { secret }))).status;
    };
    const setTo = (secrets: string[]) =>
      fleet.api.request('PATCH', `/v1/sources/${source.id}`, { body: { secrets } });
    expect([await statusWith('the-old-one'), await statusWith('the-new-one')]).toEqual([200, 401]);
    await setTo(['the-new-one', 'the-old-one']);
    expect([await statusWith('the-old-one'), await statusWith('the-new-one')]).toEqual([200, 200]);
    await setTo(['the-new-one']);
    expect([await statusWith('the-old-one'), await statusWith('the-new-one')]).toEqual([401, 200]);
  });

  it('may come so often, and what is not signed does not count', async () => {
    const rateLimit = { max: 2, perSeconds: 3_600 };
    const source = await made({ name: 'paced', provider: 'stripe', secrets: [stripeSecret], rateLimit });
    const body = '{"id":"evt_p","type":"a.b"}';
    for (let n = 0; n < 5; n++) expect((await send(source, body, {})).status).toBe(401);
    for (let n = 0; n < 2; n++) expect((await send(source, body, stripeHeaders(body))).status).toBe(200);
    const answer = await send(source, body, stripeHeaders(body));
    expect([answer.status, problemOf(answer).code]).toEqual([429, 'too_many_requests']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3_000);
  });

  it('of Slack is challenged after its signature was verified, and not before', async () => {
    const source = await made({ name: 'chat', provider: 'slack', secrets: ['8f742231b10e8888abcd99'] });
    const body = '{"type":"url_verification","challenge":"3eZbrw1a"}';
    const at = String(Math.floor(Date.now() / 1_000));
    const signed = (secret: string) => ({
      'x-slack-request-timestamp': at,
      'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`,
    });
    const answer = await send(source, body, signed('8f742231b10e8888abcd99'));
    expect([answer.status, answer.json]).toEqual([200, { challenge: '3eZbrw1a' }]);
    expect((await send(source, body, signed('another-secret'))).status).toBe(401);
  });

  it('is of its own kind: nobody publishes such an event by another door, strict or not', async () => {
    const event = { type: 'inbound.billing.invoice.paid', data: { object: { forged: true } } };
    const answer = await fleet.api.request('POST', '/v1/events', { body: event });
    expect([answer.status, problemOf(answer).code]).toEqual([422, 'reserved_event_type']);
    const before = received(event.type).length;
    const producer = await connectProducer(fleet.nats.url);
    await producer.publish(event.type, JSON.stringify(event));
    await producer.close();
    const dead = await eventually(async () => {
      const { data } = await fleet.api.deadLetters('reason=invalid_event');
      return data.find(({ lastError }) => lastError?.code === 'reserved_event_type');
    }, 'the dead letter');
    expect(dead.lastError).toMatchObject({ path: 'type' });
    expect(received(event.type)).toHaveLength(before);

    await fleet.api.request('PATCH', '/v1/tenants/default', { body: { strictEventTypes: true } });
    const source = await made({ name: 'strictly', provider: 'github' });
    expect((await send(source, '{}', githubHeaders('{}', String(source.secret), 'never_seen'))).status).toBe(
      200,
    );
    await arrived('inbound.strictly.never_seen');
    await fleet.api.request('PATCH', '/v1/tenants/default', { body: { strictEventTypes: false } });
  });

  /** Inbound events that were taken, by all replicas. */
  async function accepted(): Promise<number> {
    const counts = [0, 1].map((n) =>
      metric(fleet.operationsUrl('ingest', n), 'events_accepted_total', { door: 'inbound' }),
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  /** A broker that starts with a short window knows nothing of what it took before. */
  async function forgetMessageIds(): Promise<void> {
    const probe = async () => {
      const producer = await connectProducer(fleet.nats.url);
      const { duplicate } = await producer.publish('order.probe', '{}', { 'Nats-Msg-Id': 'probe' });
      await producer.close();
      return duplicate;
    };
    await probe();
    expect(await probe()).toBe(true);
    await shortenDuplicateWindow(fleet.nats.url);
    await fleet.nats.restart();
    expect(await probe()).toBe(false);
    for (const api of replicas)
      await eventually(
        async () => (await api.request('GET', '/readyz')).status === 200 || null,
        'ingest to have its broker again',
      );
  }
});
