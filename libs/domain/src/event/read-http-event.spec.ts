import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Refusal } from '@postel/contracts';
import type { AcceptedEvent } from './accepted-event.js';
import { readHttpEvent, readHttpEventText } from './read-http-event.js';

const ctx = { newId: 'evt_new', nowMs: 1_702_987_200_999, maxBytes: 262_144 };
const minimal = { type: 'order.created', data: { object: { id: 'ord_1' } } };

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function accepted(text: string): AcceptedEvent {
  const reading = readHttpEvent(bytes(text), ctx);
  if (!reading.ok) throw new Error(JSON.stringify(reading.refusal));
  return reading.event;
}

function refused(body: string | Uint8Array | object): Refusal {
  const sent =
    body instanceof Uint8Array ? body : bytes(typeof body === 'string' ? body : JSON.stringify(body));
  const reading = readHttpEvent(sent, ctx);
  if (reading.ok) throw new Error('it was accepted');
  return reading.refusal;
}

function envelopeText(event: AcceptedEvent): string {
  return new TextDecoder().decode(event.envelope);
}

describe('readHttpEvent, what it accepts', () => {
  it('gives an event without id and time those of its acceptance', () => {
    const reading = readHttpEvent(bytes(JSON.stringify(minimal)), ctx);
    expect(reading).toMatchObject({ ok: true, idSupplied: false, createdSupplied: false });
    const event = accepted(JSON.stringify(minimal));
    expect(event).toMatchObject({
      id: 'evt_new',
      type: 'order.created',
      createdSec: 1_702_987_200,
      channels: [],
    });
    expect(event).not.toHaveProperty('orderingKey');
    expect(envelopeText(event)).toBe(
      '{"id":"evt_new","type":"order.created","created":1702987200,"apiVersion":"2024-01-01","data":{"object":{"id":"ord_1"}}}',
    );
  });

  it('keeps what the producer supplied', () => {
    const body = {
      ...minimal,
      id: 'mine-1',
      created: 5,
      orderingKey: 'ord 1',
      channels: ['eu', 'a.b:c-d_e'],
    };
    expect(readHttpEvent(bytes(JSON.stringify(body)), ctx)).toMatchObject({
      ok: true,
      idSupplied: true,
      createdSupplied: true,
      event: { id: 'mine-1', createdSec: 5, orderingKey: 'ord 1', channels: ['eu', 'a.b:c-d_e'] },
    });
  });

  it('passes data and relatedObjects on as they were written', () => {
    const data =
      '{ "object" : {"big":12345678901234567890,"f":1.0,"__proto__":{"x":1},"z":1,"a":"\\u00e9\\ud800","a":2},\n"previousAttributes":{}}';
    const related = '{"customer": {"n": 1E2}}';
    const event = accepted(`{"relatedObjects":${related} , "data" :${data},"type":"order.created"}`);
    expect(envelopeText(event)).toBe(
      `{"id":"evt_new","type":"order.created","created":1702987200,"apiVersion":"2024-01-01","data":${data},"relatedObjects":${related}}`,
    );
  });

  it('passes any data on as it was written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.constantFrom(0, 1, '\t'),
        (object, indent) => {
          const data = JSON.stringify({ object }, null, indent);
          expect(envelopeText(accepted(`{ "data" : ${data} , "type":"order.created"}`))).toBe(
            `{"id":"evt_new","type":"order.created","created":1702987200,"apiVersion":"2024-01-01","data":${data}}`,
          );
        },
      ),
    );
  });

  it('reads escaped keys, whatever was parsed before', () => {
    JSON.parse('{"type":1,"\\\\u00":0}');
    expect(accepted('{"type":"order.created","\\u0064ata":{"object":{}}}').type).toBe('order.created');
  });

  it('passes over a byte order mark', () => {
    expect(accepted(`\ufeff${JSON.stringify(minimal)}`).type).toBe('order.created');
  });

  it('reads one item of a batch from its text', () => {
    expect(readHttpEventText(JSON.stringify(minimal), ctx)).toEqual(
      readHttpEvent(bytes(JSON.stringify(minimal)), ctx),
    );
  });

  it('takes exactly the largest event and no byte more', () => {
    const { envelope } = accepted(JSON.stringify(minimal));
    const body = bytes(JSON.stringify(minimal));
    expect(readHttpEvent(body, { ...ctx, maxBytes: envelope.byteLength }).ok).toBe(true);
    expect(readHttpEvent(body, { ...ctx, maxBytes: envelope.byteLength - 1 })).toMatchObject({
      refusal: { code: 'payload_too_large' },
    });
    expect(readHttpEvent(body, { ...ctx, maxBytes: 10 })).toMatchObject({
      refusal: { code: 'payload_too_large' },
    });
  });
});

describe('readHttpEvent, what it refuses', () => {
  it('says what the bytes are not', () => {
    expect(refused(new Uint8Array([0x7b, 0xff, 0x7d])).code).toBe('invalid_utf8');
    expect(refused('{"type":').code).toBe('malformed_json');
    expect(refused('').code).toBe('malformed_json');
    expect(refused('{"type":"order.created","data":{"object":{}} "id":1}').detail).toMatch(/position 45/);
    for (const text of ['[]', 'null', '"x"', '5']) expect(refused(text).code).toBe('invalid_request');
  });

  it.each([
    [{ type: 'order.created' }],
    [{ type: 'order.created', data: null }],
    [{ type: 'order.created', data: {} }],
    [{ type: 'order.created', data: { id: 1 } }],
    [{ type: 'order.created', data: { object: [1] } }],
    [{ type: 'order.created', data: [{ object: {} }] }],
  ])('shows where the object belongs: %j', (body) => {
    const refusal = refused(body);
    expect(refusal.code).toBe('data_object_missing');
    expect(refusal.errors).toMatchObject([{ path: 'data.object', code: 'data_object_missing' }]);
    expect(refusal.errors?.[0]?.message).toContain('"data": { "object": {');
  });

  it.each([
    [{ type: undefined }, 'invalid_event_type', 'type'],
    [{ type: 5 }, 'invalid_event_type', 'type'],
    [{ type: 'order\ud800.created' }, 'invalid_event_type', 'type'],
    [{ type: 'postel.x' }, 'reserved_event_type', 'type'],
    [{ id: 'a b' }, 'invalid_event_id', 'id'],
    [{ id: 'x'.repeat(65) }, 'invalid_event_id', 'id'],
    [{ id: null }, 'invalid_event_id', 'id'],
    [{ created: -1 }, 'invalid_request', 'created'],
    [{ created: 1.5 }, 'invalid_request', 'created'],
    [{ created: 253_402_300_800 }, 'invalid_request', 'created'],
    [{ created: '2024-01-01T00:00:00Z' }, 'invalid_request', 'created'],
    [{ orderingKey: '' }, 'invalid_request', 'orderingKey'],
    [{ orderingKey: 'x'.repeat(257) }, 'invalid_request', 'orderingKey'],
    [{ orderingKey: 'a\r\nPostel-Tenant: other' }, 'invalid_request', 'orderingKey'],
    [{ orderingKey: ' a' }, 'invalid_request', 'orderingKey'],
    [{ orderingKey: '\ud800' }, 'invalid_request', 'orderingKey'],
    [{ channels: 'eu' }, 'invalid_request', 'channels'],
    [{ channels: Array.from({ length: 51 }, () => 'eu') }, 'invalid_request', 'channels'],
    [{ channels: ['a', 'b', 'c', 'ö'] }, 'invalid_request', 'channels.3'],
    [{ relatedObjects: [] }, 'invalid_request', 'relatedObjects'],
    [{ data: { object: {}, previousAttributes: 'x' } }, 'invalid_request', 'data.previousAttributes'],
    [{ colour: 'red' }, 'invalid_request', 'colour'],
    [{ apiVersion: '2024-01-01' }, 'invalid_request', 'apiVersion'],
  ])('names the fault of %j', (fields, code, path) => {
    const refusal = refused({ ...minimal, ...fields });
    expect(refusal).toMatchObject({ code, errors: [{ path }] });
    expect(refusal.errors).toHaveLength(1);
    expect(Object.keys(refusal.errors?.[0] ?? {}).sort()).toEqual(['code', 'message', 'path']);
  });

  it('names a key like __proto__ as any other', () => {
    expect(refused('{"type":"order.created","data":{"object":{}},"__proto__":{}}').errors).toMatchObject([
      { path: '__proto__', code: 'unknown_field' },
    ]);
    expect(refused('{"type":"order.created","data":{"__proto__":{"object":{}}}}').code).toBe(
      'data_object_missing',
    );
  });

  it('names all faults together', () => {
    const refusal = refused({
      type: 'x',
      id: '',
      created: 'now',
      channels: [1, 'a', 2],
      extra: 1,
      orderingKey: 7,
    });
    expect(refusal.code).toBe('invalid_request');
    expect(refusal.errors?.map(({ path }) => path).sort()).toEqual([
      'channels.0',
      'channels.2',
      'created',
      'data.object',
      'extra',
      'id',
      'orderingKey',
      'type',
    ]);
  });

  it('takes nesting up to 512 and refuses more, however deep', () => {
    // data is one level, data.object the second
    const nested = (depth: number) => `${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}`;
    const body = (depth: number) => `{"type":"order.created","data":{"object":{"a":${nested(depth)}}}}`;
    expect(readHttpEvent(bytes(body(512)), ctx).ok).toBe(true);
    expect(refused(body(513))).toMatchObject({ code: 'invalid_request', errors: [{ path: 'data' }] });
    expect(refused(body(100_000))).toMatchObject({ code: 'invalid_request', errors: [{ path: 'data' }] });
  });
});
