import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseEventType } from '../event/event-type.js';
import { inboundType } from './inbound-type.js';
import { readInbound, type InboundRequest } from './read-inbound.js';

const source: InboundRequest['source'] = {
  id: 'src_1',
  tenant: 'acme',
  name: 'billing',
  provider: 'stripe',
  signature: null,
  createdAtMs: 1,
};

function read(body: string | Uint8Array, given: Partial<InboundRequest> & Partial<typeof source> = {}) {
  const { headers = {}, maxBytes = 10_000, newId = 'evt_new', nowMs = 5_000, ...ofSource } = given;
  return readInbound({
    source: { ...source, ...ofSource },
    headers,
    body: Buffer.from(body as string),
    nowMs,
    newId,
    maxBytes,
  });
}

function eventOf(...given: Parameters<typeof read>) {
  const reading = read(...given);
  if (!reading.ok || reading.kind !== 'event') throw new Error(JSON.stringify(reading));
  const text = Buffer.from(reading.event.envelope).toString();
  return {
    ...reading,
    text,
    json: JSON.parse(text) as { data: { object: unknown }; relatedObjects: unknown },
  };
}

describe('readInbound', () => {
  it('keeps a JSON object as it came: numbers, order of keys, __proto__ and white space', () => {
    const body = ' {"z":1.0, "a":12345678901234567890,\n"__proto__":{"e":1e400},"type":"x.y","id":"evt_9"} ';
    const { text, event } = eventOf(body);
    expect(text).toContain(`"data":{"object":${body}},"relatedObjects":`);
    expect(event).toMatchObject({ type: 'inbound.billing.x.y', createdSec: 5, channels: [] });
  });

  it('puts what is no object, and the text of a form, into one', () => {
    expect(eventOf('[1.0,2]').text).toContain('{"object":{"body":[1.0,2]}}');
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const form = 'command=%2Flunch&text=a"b\\c';
    const { json, event, isKnownAgain } = eventOf(form, { provider: 'slack', headers });
    expect(json.data.object).toEqual({ contentType: 'application/x-www-form-urlencoded', raw: form });
    expect([event.id, event.type, isKnownAgain]).toEqual(['evt_new', 'inbound.billing.slash_command', false]);
  });

  it('takes no form of a provider that sends none: its content type is not signed', () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const both = '1702987200.{"type":"a.b"}';
    for (const provider of ['postel', 'stripe', 'shopify', 'standard-webhooks'] as const)
      expect(read(both, { provider, headers })).toMatchObject({ refusal: { code: 'malformed_json' } });
    expect(eventOf('{"a":1.0}', { headers }).text).toContain('{"object":{"a":1.0}}');
  });

  it.each([
    ['stripe', '{"id":"evt_1","type":"invoice.paid"}', {}, 'evt_1', 'invoice.paid'],
    [
      'github',
      '{"action":"opened"}',
      { 'x-github-event': 'pull_request', 'x-github-delivery': 'd-1' },
      'd-1',
      'pull_request.opened',
    ],
    ['github', '{"ref":"main"}', { 'x-github-event': 'push', 'x-github-delivery': 'd-2' }, 'd-2', 'push'],
    [
      'github',
      `payload=${encodeURIComponent('{"action":"closed"}')}`,
      { 'x-github-event': 'issues', 'content-type': 'application/x-www-form-urlencoded' },
      undefined,
      'issues.closed',
    ],
    [
      'shopify',
      '{"id":1}',
      { 'x-shopify-topic': 'orders/create', 'x-shopify-webhook-id': 'w-1' },
      'w-1',
      'orders.create',
    ],
    [
      'slack',
      '{"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention"}}',
      {},
      'Ev1',
      'app_mention',
    ],
    ['standard-webhooks', '{"type":"user.created"}', { 'webhook-id': 'msg_1' }, 'msg_1', 'user.created'],
    ['postel', '{"event":"order.created"}', { 'x-webhook-id': 'evt_7' }, 'evt_7', 'order.created'],
    ['hmac', '{}', {}, undefined, 'received'],
  ] as const)('finds what %s calls its event', (provider, body, headers, id, type) => {
    const given = { provider, headers: headers as Record<string, string> };
    const { event, isKnownAgain, json } = eventOf(body, given);
    expect(event.type).toBe(`inbound.billing.${type}`);
    expect(isKnownAgain).toBe(id !== undefined);
    expect(json.relatedObjects).toMatchObject({
      inbound: { source: 'billing', sourceId: 'src_1', provider },
    });
    if (id === undefined) return;
    expect(event.id).toMatch(/^evt_[0-9a-f]{32}$/);
    expect(json.relatedObjects).toMatchObject({ inbound: { id } });
    // the same again, another of another source, and of a source that has got the name since
    expect(eventOf(body, { ...given, newId: 'evt_other', nowMs: 9_000 }).event.id).toBe(event.id);
    for (const other of [{ id: 'src_2' }, { tenant: 'b' }, { createdAtMs: 2 }])
      expect(eventOf(body, { ...given, ...other }).event.id).not.toBe(event.id);
  });

  it('reads id and type of any sender where its source says they are', () => {
    const signature = {
      header: 'x-sig',
      algorithm: 'sha256',
      encoding: 'hex',
      prefix: '',
      timestamp: null,
      signed: '{body}',
      idHeader: 'X-Event-Id',
      typeHeader: 'X-Kind',
    } as const;
    const headers = { 'x-event-id': 'e1', 'x-kind': 'Parcel-Lost' };
    const { event, isKnownAgain } = eventOf('{}', { provider: 'hmac', signature, headers });
    expect([event.type, isKnownAgain]).toEqual(['inbound.billing.Parcel_Lost', true]);
    const odd = { ...signature, idHeader: 'constructor', typeHeader: '__proto__' };
    expect(eventOf('{}', { provider: 'hmac', signature: odd })).toMatchObject({
      isKnownAgain: false,
      event: { type: 'inbound.billing.received' },
    });
  });

  it('shows what only headers say, and never a signature', () => {
    const headers = {
      'x-shopify-shop-domain': 'a.example',
      'x-shopify-hmac-sha256': 'signature-of-it',
      authorization: 'secret-of-it',
    };
    const { json, text } = eventOf('{}', { provider: 'shopify', headers });
    expect(json.relatedObjects).toMatchObject({
      inbound: { headers: { 'x-shopify-shop-domain': 'a.example' } },
    });
    expect(text).not.toMatch(/signature-of-it|secret-of-it/);
  });

  it('answers a challenge of Slack, and of nobody else', () => {
    const body = '{"type":"url_verification","challenge":"3eZbrw1a"}';
    expect(read(body, { provider: 'slack' })).toEqual({ ok: true, kind: 'challenge', challenge: '3eZbrw1a' });
    expect(read(body, { provider: 'hmac' })).toMatchObject({ kind: 'event' });
    const long = JSON.stringify({ type: 'url_verification', challenge: 'x'.repeat(1_025) });
    expect(read(long, { provider: 'slack' })).toMatchObject({ refusal: { code: 'malformed_request' } });
  });

  it.each([
    ['half a body', '{"a":', 'malformed_json'],
    ['nothing', '', 'malformed_json'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'invalid_utf8'],
    ['lists in each other', `${'['.repeat(600)}${']'.repeat(600)}`, 'invalid_request'],
    ['too much', JSON.stringify({ a: 'x'.repeat(10_000) }), 'payload_too_large'],
  ])('refuses %s', (_name, body, code) => {
    expect(read(body)).toMatchObject({ ok: false, refusal: { code } });
  });
});

describe('inboundType', () => {
  it('is an event type, whatever the provider calls its own', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9_]{1,40}$/), fc.option(fc.string()), (name, own) => {
        const type = inboundType(name, own ?? undefined);
        expect(parseEventType(type)).toEqual({ ok: true, type });
        expect(type.startsWith(`inbound.${name}.`)).toBe(true);
      }),
    );
    expect(inboundType('a', 'x'.repeat(500))).toHaveLength(128);
    expect(inboundType('a', `${'x'.repeat(60)}.${'y'.repeat(80)}.z`)).toBe(`inbound.a.${'x'.repeat(60)}`);
    expect(inboundType('a', ' ../:: ')).toBe('inbound.a.received');
  });
});
