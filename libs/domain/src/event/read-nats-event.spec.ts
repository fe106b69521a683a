import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AcceptedEvent } from './accepted-event.js';
import { readHttpEvent } from './read-http-event.js';
import { eventHeadersOf, readNatsEvent, type NatsEventMessage } from './read-nats-event.js';

function message(payload: string | Uint8Array, overrides: Partial<NatsEventMessage> = {}): NatsEventMessage {
  return {
    subject: 'order.created',
    payload: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
    headers: {},
    seq: 42,
    storedAtMs: 1_702_987_200_999,
    maxBytes: 262_144,
    ...overrides,
  };
}

function accepted(payload: string | Uint8Array, overrides: Partial<NatsEventMessage> = {}): AcceptedEvent {
  const reading = readNatsEvent(message(payload, overrides));
  if (!reading.ok) throw new Error(`${reading.code}: ${reading.message}`);
  return reading.event;
}

function dataOf(event: AcceptedEvent): unknown {
  return (JSON.parse(new TextDecoder().decode(event.envelope)) as { data: unknown }).data;
}

describe('readNatsEvent', () => {
  it('reads the bare object, whose fields are its own', () => {
    const text = '{ "id":"ord_1","type":"gift","created":"yesterday","n":1.0,"data":{"x":1} }';
    const event = accepted(text);
    expect(event).toMatchObject({ type: 'order.created', createdSec: 1_702_987_200, channels: [] });
    expect(new TextDecoder().decode(event.envelope)).toContain(`"data":{"object":${text}}`);
  });

  it('reads the envelope, with or without the type', () => {
    const data = { object: { a: 1 }, previousAttributes: { a: 0 } };
    const body = {
      id: 'mine',
      created: 7,
      data,
      relatedObjects: { c: {} },
      orderingKey: 'k',
      channels: ['eu'],
      odd: 1,
    };
    const expected = { id: 'mine', type: 'order.created', createdSec: 7, orderingKey: 'k', channels: ['eu'] };
    const event = accepted(JSON.stringify(body));
    expect(event).toMatchObject(expected);
    expect(dataOf(event)).toEqual(data);
    expect(new TextDecoder().decode(event.envelope)).not.toContain('odd');
    expect(accepted(JSON.stringify({ ...body, type: 'order.created' }))).toMatchObject(expected);
  });

  it('takes an envelope for the bare object when the header says so', () => {
    const body = { id: 'mine', data: { object: {} } };
    const event = accepted(JSON.stringify(body), { headers: { format: 'object' } });
    expect(dataOf(event)).toEqual({ object: body });
    expect(event.id).not.toBe('mine');
  });

  it('reads ordering key and channels from headers when the body has none', () => {
    const headers = { orderingKey: 'k', channels: 'eu, us,' };
    expect(accepted('{"a":1}', { headers })).toMatchObject({ orderingKey: 'k', channels: ['eu', 'us'] });
    expect(accepted('{"data":{"object":{}},"channels":["x"],"orderingKey":"y"}', { headers })).toMatchObject({
      orderingKey: 'y',
      channels: ['x'],
    });
  });

  it('takes a header without a value for none', () => {
    const names = [
      'Postel-Tenant',
      'Nats-Msg-Id',
      'Postel-Ordering-Key',
      'Postel-Channels',
      'ce-specversion',
    ];
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    const headers = eventHeadersOf(
      (name) => empty[name],
      () => empty,
    );
    expect(accepted('{"a":1}', { headers })).toEqual(accepted('{"a":1}'));
  });

  it('takes the id from the body, else from Nats-Msg-Id, else from the position', () => {
    const headers = { messageId: 'msg-1' };
    expect(accepted('{"id":"mine","data":{"object":{}}}', { headers }).id).toBe('mine');
    expect(accepted('{"data":{"object":{}}}', { headers }).id).toBe('msg-1');
    expect(accepted('{"id":"ord_1"}', { headers }).id).toBe('msg-1');
    expect(accepted('{}').id).toBe('evt_0lqcaly3r00000000016');
    expect(accepted('{}', { seq: 43 }).id > accepted('{}').id).toBe(true);
  });

  it.each([
    ['no UTF-8', new Uint8Array([0xff]), 'msg-1'],
    ['no JSON', '{', 'msg-1'],
    ['a list', '[]', 'msg-1'],
    ['a bad id', '{"id":"a b","data":{"object":{}}}', 'msg-1'],
    ['another type', '{"type":"order.paid","data":{"object":{}}}', 'msg-1'],
    ['a bad time', '{"id":"mine","created":"now","data":{"object":{}}}', 'mine'],
    ['too much', `{"id":"mine","data":{"object":{"x":"${'x'.repeat(262_144)}"}}}`, 'mine'],
  ])('keeps the id of a message that it refuses: %s', (_name, payload, id) => {
    expect(readNatsEvent(message(payload, { headers: { messageId: 'msg-1' } }))).toMatchObject({
      ok: false,
      id,
    });
  });

  it('makes the id of a message that it refuses of its position where it brought none', () => {
    expect(readNatsEvent(message('{'))).toMatchObject({ ok: false, id: accepted('{}').id });
  });

  it('derives an id from a Nats-Msg-Id that cannot be one, the same each time', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (one, other) => {
        const idOf = (messageId: string) => accepted('{}', { headers: { messageId } }).id;
        expect(idOf(one)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
        expect(idOf(one)).toBe(idOf(one));
        expect(idOf(one) === idOf(other)).toBe(one === other);
      }),
    );
  });

  it('reuses the bytes that ingest published', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (object, related) => {
        const body = {
          type: 'order.created',
          data: { object },
          ...(related ? { relatedObjects: { object } } : {}),
        };
        const published = readHttpEvent(Buffer.from(JSON.stringify(body, null, 1)), {
          newId: 'evt_1',
          nowMs: 5_000,
          maxBytes: 262_144,
        });
        if (!published.ok) throw new Error('refused');
        const { envelope } = published.event;
        const limits = { maxBytes: envelope.byteLength, headers: { messageId: 'default:evt_1' } };
        const event = accepted(envelope, limits);
        expect(event.envelope).toBe(envelope);
        expect(event).toEqual(published.event);
      }),
    );
  });

  it('composes anew what only looks complete', () => {
    const twice =
      '{"id":"a","type":"x.y","type":"order.created","created":1,"apiVersion":"2024-01-01","data":{"object":{}}}';
    expect(new TextDecoder().decode(accepted(twice).envelope)).toBe(
      '{"id":"a","type":"order.created","created":1,"apiVersion":"2024-01-01","data":{"object":{}}}',
    );
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), accepted(twice).envelope]);
    expect(accepted(marked).envelope[0]).toBe(0x7b);
  });

  it('keeps the payload out of the reason, which may be logged', () => {
    for (const text of ['{"card":4111x}', `{"card":"4111", ${'x'.repeat(200)}}`, '"4111', '4111 x']) {
      const reading = readNatsEvent(message(text));
      expect(reading).toMatchObject({ ok: false, code: 'malformed_json' });
      expect('message' in reading ? reading.message : '').not.toContain('4111');
    }
  });

  it.each([
    [message(new Uint8Array([0xff])), 'invalid_utf8', undefined],
    [message('{"a":'), 'malformed_json', undefined],
    [message(''), 'malformed_json', undefined],
    [message('[1]'), 'invalid_request', undefined],
    [message('{}', { subject: 'order' }), 'invalid_event_type', 'type'],
    [message('{"type":"order.updated","data":{"object":{}}}'), 'type_mismatch', 'type'],
    [message('{"type":5,"data":{"object":{}}}'), 'type_mismatch', 'type'],
    [message('{"id":"a b","data":{"object":{}}}'), 'invalid_event_id', 'id'],
    [message('{"created":"now","data":{"object":{}}}'), 'invalid_request', 'created'],
    [message('{"relatedObjects":1,"data":{"object":{}}}'), 'invalid_request', 'relatedObjects'],
    [message('{"data":{"object":{},"previousAttributes":1}}'), 'invalid_request', 'data.previousAttributes'],
    [message('{}', { headers: { orderingKey: 'x'.repeat(257) } }), 'invalid_request', 'orderingKey'],
    [message('{}', { headers: { channels: 'a b' } }), 'invalid_request', 'channels.0'],
    [message(`{"a":${'['.repeat(600)}${']'.repeat(600)}}`), 'invalid_request', 'data'],
    [message('{}', { maxBytes: 20 }), 'payload_too_large', undefined],
  ])('refuses message %# with its reason', (given, code, path) => {
    const reading = readNatsEvent(given);
    expect(reading).toMatchObject({ ok: false, code });
    expect('path' in reading ? reading.path : undefined).toBe(path);
  });
});
