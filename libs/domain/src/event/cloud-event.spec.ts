import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { cloudEventModeOf } from './cloud-event-modes.js';
import { cloudEventId } from './cloud-event.js';
import { readBinaryCloudEvent, readStructuredCloudEvent } from './read-http-cloud-event.js';
import type { HttpEventReading } from './read-http-event.js';
import { eventHeadersOf, readNatsEvent, type NatsEventReading } from './read-nats-event.js';

const ctx = { newId: 'evt_new', nowMs: 1_702_987_200_999, maxBytes: 262_144 };
const attributes = { specversion: '1.0', id: 'a-1', source: '/shop/1', type: 'order.created' };
const id = `evt_${createHash('sha256').update('/shop/1\na-1').digest('hex').slice(0, 32)}`;

const structured = (change: object = {}): HttpEventReading =>
  readStructuredCloudEvent(Buffer.from(JSON.stringify({ ...attributes, data: { n: 1 }, ...change })), ctx);
const headersOf = (values: Record<string, unknown>): [string, string][] =>
  Object.entries(values).map(([name, value]) => [`ce-${name}`, String(value)]);
const binary = (
  change: Record<string, string | undefined> = {},
  more: [string, string][] = [],
  body = '{"n":1}',
) => {
  const present = Object.entries({ ...attributes, ...change }).filter(([, value]) => value !== undefined);
  return readBinaryCloudEvent(Buffer.from(body), [...headersOf(Object.fromEntries(present)), ...more], ctx);
};
const onNats = (payload: string, headers: Record<string, string>): NatsEventReading =>
  readNatsEvent({
    subject: 'order.created',
    payload: Buffer.from(payload),
    headers: eventHeadersOf(
      (name) => headers[name],
      () => headers,
    ),
    seq: 1,
    storedAtMs: 1_702_987_200_999,
    maxBytes: 262_144,
  });
const envelopeOf = (reading: HttpEventReading | NatsEventReading): string => {
  if (!reading.ok) throw new Error(JSON.stringify(reading));
  return Buffer.from(reading.event.envelope).toString();
};
const faultsOf = (reading: HttpEventReading) =>
  reading.ok ? [] : (reading.refusal.errors ?? []).map(({ path, code }) => [path, code]);
const stored = (created: number, data: string, cloudEvent: string) =>
  `{"id":"${id}","type":"order.created","created":${created},"apiVersion":"2024-01-01","data":{"object":${data}},"relatedObjects":{"cloudEvent":${cloudEvent}}}`;

describe('a CloudEvent', () => {
  it('has its id of source and id: the same in every mode, on every door', () => {
    expect(cloudEventId('/shop/1', 'a-1')).toBe(id);
    const json = JSON.stringify({ ...attributes, data: { n: 1 } });
    const readings = [
      structured(),
      binary(),
      onNats(json, { 'content-type': 'application/cloudevents+json; charset=UTF-8' }),
      onNats(json, { 'Content-Type': 'application/cloudevents+json' }),
      onNats('{"n":1}', Object.fromEntries(headersOf(attributes))),
    ];
    const kept = '{"specversion":"1.0","id":"a-1","source":"/shop/1"}';
    for (const reading of readings) expect(envelopeOf(reading)).toBe(stored(1_702_987_200, '{"n":1}', kept));
    expect(structured()).toMatchObject({ idSupplied: true, createdSupplied: false });
  });

  it('never shares its id with another source or id', () => {
    const text = fc.string({ minLength: 1 }).filter((value) => !/\p{Cc}/u.test(value));
    fc.assert(
      fc.property(text, text, text, text, (source, one, other, two) => {
        const same = source === other && one === two;
        expect(cloudEventId(source, one) === cloudEventId(other, two)).toBe(same);
      }),
    );
  });

  it('keeps data and attributes as they were written', () => {
    const data = String.raw`{"b":12345678901234567890, "a":1.0,"__proto__":{"x":1},"a":"\u00e9\ud800"}`;
    const head = '"specversion":"1.0","id":"a-1","source":"/shop/1","type":"order.created"';
    const text = ` {${head},"time":"2024-01-01T00:00:00.999+01:00","big":1e400,"flag":true,"gone":null,"data":${data}}`;
    const reading = readStructuredCloudEvent(Buffer.from(text), ctx);
    const kept = '{"specversion":"1.0","id":"a-1","source":"/shop/1","big":1e400,"flag":true}';
    expect(envelopeOf(reading)).toBe(stored(1_704_063_600, data, kept));
    expect(envelopeOf(binary({}, [], `\n${data} `))).toContain(`"data":{"object":${data}}`);
  });

  it('in headers is unquoted, then percent-decoded once', () => {
    const reading = binary({}, [
      ['CE-Subject', '"caf%C3%A9 \\"x\\" %2525"'],
      ['content-type', 'application/json; charset=utf-8'],
    ]);
    expect(envelopeOf(reading)).toContain(
      String.raw`"subject":"café \"x\" %25","datacontenttype":"application/json; charset=utf-8"`,
    );
  });

  it('is the same bytes in whatever order its headers are read: the archive keeps no order', () => {
    const headers = Object.fromEntries([...headersOf(attributes), ['ce-zone', 'z'], ['ce-huge', '1']]);
    const reversed = Object.fromEntries(Object.entries(headers).reverse());
    expect(envelopeOf(onNats('{"n":1}', reversed))).toBe(envelopeOf(onNats('{"n":1}', headers)));
  });

  it('takes its ordering key from the partitioning extension', () => {
    expect(structured({ partitionkey: 'customer 7' })).toMatchObject({
      event: { orderingKey: 'customer 7' },
    });
    expect(faultsOf(structured({ partitionkey: 7 }))).toEqual([['partitionkey', 'invalid_value']]);
  });

  it.each<[string, object, string, string]>([
    ['no specversion', { specversion: undefined }, 'specversion', 'invalid_value'],
    ['another specversion', { specversion: '0.3' }, 'specversion', 'invalid_value'],
    ['no id', { id: undefined }, 'id', 'invalid_value'],
    ['an id that is null', { id: null }, 'id', 'invalid_value'],
    ['an id with a line break', { id: 'a\nb' }, 'id', 'invalid_value'],
    ['an id with a lone surrogate', { id: 'a\ud800' }, 'id', 'invalid_value'],
    ['an empty source', { source: '' }, 'source', 'invalid_value'],
    ['no type', { type: undefined }, 'type', 'invalid_event_type'],
    ['a type of one word', { type: 'order' }, 'type', 'invalid_event_type'],
    ['a reserved type', { type: 'postel.x' }, 'type', 'reserved_event_type'],
    ['a time without a zone', { time: '2024-01-01T00:00:00' }, 'time', 'invalid_value'],
    ['a time that is no day', { time: '2024-02-30T00:00:00Z' }, 'time', 'invalid_value'],
    ['a time before 1970', { time: '1969-12-31T23:59:59Z' }, 'time', 'invalid_value'],
    ['a time as a number', { time: 1 }, 'time', 'invalid_value'],
    ['an object as an attribute', { ext: {} }, 'ext', 'invalid_type'],
    ['a name in capitals', { orderId: 'x' }, 'orderId', 'unknown_field'],
    ['data that is text', { data: 'x' }, 'data', 'data_object_missing'],
    ['data that is a list', { data: [] }, 'data', 'data_object_missing'],
    ['no data', { data: undefined }, 'data', 'data_object_missing'],
    ['data of another type', { datacontenttype: 'text/xml' }, 'datacontenttype', 'unsupported_media_type'],
    ['bytes', { data: undefined, data_base64: 'eA==' }, 'data_base64', 'data_base64_unsupported'],
  ])('is refused with %s', (_what, change, path, code) => {
    expect(faultsOf(structured(change))).toEqual([[path, code]]);
  });

  it('is refused with __proto__ as the name of an attribute', () => {
    const text = JSON.stringify({ ...attributes, data: {} }).replace('{', '{"__proto__":"x",');
    expect(faultsOf(readStructuredCloudEvent(Buffer.from(text), ctx))).toEqual([
      ['__proto__', 'unknown_field'],
    ]);
  });

  it.each<[string, Record<string, string | undefined>, [string, string][], string, string]>([
    ['no source', { source: undefined }, [], 'ce-source', 'invalid_value'],
    ['no type', { type: undefined }, [], 'ce-type', 'invalid_event_type'],
    ['a broken escape', {}, [['ce-subject', '100%']], 'ce-subject', 'invalid_value'],
    ['an escape that is no UTF-8', {}, [['ce-subject', '%ff']], 'ce-subject', 'invalid_value'],
    ['an escaped line break', { id: 'a%0d%0aPostel-Tenant:x' }, [], 'ce-id', 'invalid_value'],
    ['raw bytes', {}, [['ce-subject', 'caf\u00e9']], 'ce-subject', 'invalid_value'],
    ['a header twice', {}, [['CE-Id', 'a-1']], 'ce-id', 'duplicate_header'],
    ['a name that is none', {}, [['ce-a_b', 'x']], 'ce-a_b', 'unknown_field'],
    ['data in a header', {}, [['ce-data', '{}']], 'ce-data', 'unknown_field'],
    ['a bad time', { time: 'now' }, [], 'ce-time', 'invalid_value'],
    ['another content', {}, [['content-type', 'text/xml']], 'content-type', 'unsupported_media_type'],
  ])('in headers is refused with %s', (_what, change, more, path, code) => {
    expect(faultsOf(binary(change, more))).toEqual([[path, code]]);
  });

  it('tells all its faults together', () => {
    expect(
      faultsOf(binary({ id: undefined, source: undefined, time: 'x' }, [], '[]')).map(([path]) => path),
    ).toEqual(['ce-id', 'ce-source', 'ce-time', 'data']);
  });

  it('on NATS is refused with the path of its fault, and when its type is not the subject', () => {
    const headers = Object.fromEntries(headersOf({ ...attributes, type: 'order.updated' }));
    expect(onNats('{}', headers)).toMatchObject({ ok: false, code: 'type_mismatch', path: 'ce-type' });
    const { 'ce-source': _source, ...rest } = Object.fromEntries(headersOf(attributes));
    expect(onNats('{}', rest)).toMatchObject({ ok: false, code: 'invalid_request', path: 'ce-source' });
    expect(onNats('[]', { 'content-type': 'application/cloudevents+json' })).toMatchObject({ ok: false });
  });

  it('is not looked for in what the HTTP door accepted', () => {
    const headers = { ...Object.fromEntries(headersOf(attributes)), 'Postel-Config-Sequence': '1' };
    expect(envelopeOf(onNats('{"n":1}', headers))).not.toContain('cloudEvent');
  });

  it('is known by its content type or by its headers', () => {
    const mode = (headers: Record<string, string>) => cloudEventModeOf((name) => headers[name]);
    expect(mode({ 'content-type': 'Application/CloudEvents+JSON;charset=utf-8' })).toBe('structured');
    expect(mode({ 'content-type': 'application/json', 'ce-source': '/a' })).toBe('binary');
    expect(mode({ 'content-type': 'application/cloudevents+jsonx' })).toBe(null);
    expect(mode({ 'content-type': 'application/json', 'ce-other': 'x' })).toBe(null);
  });
});
