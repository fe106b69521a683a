import type { ApiRequest } from '../harness/api-client.js';
import { goodEvent, type Fault } from './fault.js';

const text = (body: string) => ({ body });

function eventFault(name: string, body: unknown, code: string, at?: Fault['at'], says?: RegExp): Fault {
  return {
    name: `event: ${name}`,
    path: '/v1/events',
    request: { body },
    status: 422,
    code,
    ...(at === undefined ? {} : { at }),
    ...(says ? { says } : {}),
  };
}

const badTypes: readonly (readonly [string, unknown, string])[] = [
  ['a wildcard', 'order.*', 'invalid_event_type'],
  ['a full wildcard', 'order.>', 'invalid_event_type'],
  ['a space', 'order created', 'invalid_event_type'],
  ['a space in a word', 'order.was created', 'invalid_event_type'],
  ['one word', 'order', 'invalid_event_type'],
  ['an empty word', 'order..created', 'invalid_event_type'],
  ['a dot at the end', 'order.created.', 'invalid_event_type'],
  ['a dot at the start', '.order.created', 'invalid_event_type'],
  ['a hyphen', 'order-line.created', 'invalid_event_type'],
  ['letters beyond ASCII', 'bestellung.geändert', 'invalid_event_type'],
  ['a line break', 'order.created\n', 'invalid_event_type'],
  ['129 characters', `order.${'x'.repeat(123)}`, 'invalid_event_type'],
  ['nothing in it', '', 'invalid_event_type'],
  ['NUL', 'order.created\u0000', 'invalid_event_type'],
  ['a lone surrogate', 'order.\ud800', 'invalid_event_type'],
  ['a carriage return', 'order.created\r\n+OK', 'invalid_event_type'],
  ['a number', 7, 'invalid_event_type'],
  ['null', null, 'invalid_event_type'],
  ['the reserved postel.', 'postel.x', 'reserved_event_type'],
  ['the reserved inbound.', 'inbound.a.b', 'reserved_event_type'],
  ['the reserved _', '_INBOX.x', 'reserved_event_type'],
  ['the reserved $', '$JS.x', 'reserved_event_type'],
];

const fieldFaults: readonly (readonly [string, object, string])[] = [
  ['created as text', { created: '2024-01-01' }, 'created'],
  ['created as a fraction', { created: 1.5 }, 'created'],
  ['created before 1970', { created: -1 }, 'created'],
  ['created null', { created: null }, 'created'],
  ['orderingKey as a number', { orderingKey: 7 }, 'orderingKey'],
  ['orderingKey empty', { orderingKey: '' }, 'orderingKey'],
  ['orderingKey too long', { orderingKey: 'x'.repeat(257) }, 'orderingKey'],
  ['orderingKey with NUL', { orderingKey: 'a\u0000b' }, 'orderingKey'],
  ['orderingKey with a lone surrogate', { orderingKey: 'a\udc00' }, 'orderingKey'],
  ['orderingKey with a line break', { orderingKey: 'a\r\nPostel-Tenant: other' }, 'orderingKey'],
  ['channels as text', { channels: 'eu' }, 'channels'],
  ['a channel as a number', { channels: ['eu', 7] }, 'channels.1'],
  ['a channel with a line break', { channels: ['eu\r\nx'] }, 'channels.0'],
  ['a channel of 129 characters', { channels: ['x'.repeat(129)] }, 'channels.0'],
  ['a channel with a comma', { channels: ['eu,us'] }, 'channels.0'],
  ['51 channels', { channels: Array.from({ length: 51 }, (_, n) => `c${n}`) }, 'channels'],
  ['relatedObjects as a list', { relatedObjects: [] }, 'relatedObjects'],
  ['relatedObjects null', { relatedObjects: null }, 'relatedObjects'],
  [
    'previousAttributes as text',
    { data: { object: {}, previousAttributes: 'x' } },
    'data.previousAttributes',
  ],
];

const shape = /"data": \{ "object": \{ … \} \}/;

export const eventFaults: readonly Fault[] = [
  ...[
    ['not JSON', text('{"type":'), 'malformed_json'],
    ['JSON and more', text(`${JSON.stringify(goodEvent)}}`), 'malformed_json'],
    ['NaN', text('{"type":"order.created","data":{"object":{"a":NaN}}}'), 'malformed_json'],
    ['an empty body', text(''), 'malformed_json'],
    ['no body', { headers: { 'content-type': 'application/json' } }, 'malformed_json'],
    [
      'not UTF-8',
      { body: Buffer.from('{"type":"order.created","data":{"object":{"a":"\xff"}}}', 'latin1') },
      'invalid_utf8',
    ],
  ].map(([name, request, code]) => ({
    name: `event: ${name as string}`,
    path: '/v1/events',
    request: request as ApiRequest,
    status: 400,
    code: code as string,
  })),
  ...['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'nonsense'].map((type) => ({
    name: `event: content type ${type}`,
    path: '/v1/events',
    request: { body: JSON.stringify(goodEvent), headers: { 'content-type': type } },
    status: 415,
    code: 'unsupported_media_type',
  })),
  {
    name: 'event: too large',
    path: '/v1/events',
    request: { body: { ...goodEvent, data: { object: { pad: 'x'.repeat(262_144) } } } },
    status: 413,
    code: 'payload_too_large',
  },
  {
    name: 'event: far too large',
    path: '/v1/events',
    request: { body: `{"pad":"${'x'.repeat(3_000_000)}"}` },
    status: 413,
    code: 'payload_too_large',
  },
  eventFault('type missing', { data: goodEvent.data }, 'invalid_event_type', 'type'),
  ...badTypes.map(([name, type, code]) =>
    eventFault(`type with ${name}`, { ...goodEvent, type }, code, 'type'),
  ),
  eventFault('data missing', { type: goodEvent.type }, 'data_object_missing', 'data.object', shape),
  eventFault(
    'data without object',
    { type: goodEvent.type, data: { id: 1 } },
    'data_object_missing',
    'data.object',
    shape,
  ),
  eventFault('data null', { type: goodEvent.type, data: null }, 'data_object_missing', 'data.object', shape),
  eventFault(
    'data as text',
    { type: goodEvent.type, data: 'x' },
    'data_object_missing',
    'data.object',
    shape,
  ),
  eventFault(
    'data.object as a list',
    { type: goodEvent.type, data: { object: [] } },
    'data_object_missing',
    'data.object',
  ),
  eventFault(
    'data.object null',
    { type: goodEvent.type, data: { object: null } },
    'data_object_missing',
    'data.object',
  ),
  ...fieldFaults.map(([name, change, at]) =>
    eventFault(name, { ...goodEvent, ...change }, 'invalid_request', at),
  ),
  eventFault('unknown field', { ...goodEvent, datas: 1 }, 'invalid_request', 'datas'),
  ...[
    'with space',
    'a/b',
    '',
    'x'.repeat(65),
    'x'.repeat(10_000),
    'a\u0000',
    '\ud800',
    'a\r\nb',
    'é',
    7,
    null,
  ].map((id) =>
    eventFault(`id ${JSON.stringify(id)?.slice(0, 12)}`, { ...goodEvent, id }, 'invalid_event_id', 'id'),
  ),
  eventFault(
    'created beyond every number',
    '{"type":"order.created","created":1e400,"data":{"object":{}}}',
    'invalid_request',
    'created',
  ),
  eventFault('a list', [goodEvent], 'invalid_request', ''),
  eventFault('a number', text('7').body, 'invalid_request', ''),
  eventFault('null', text('null').body, 'invalid_request', ''),
  eventFault('several faults at once', { type: 'order', id: '', created: 'x' }, 'invalid_request', [
    'type',
    'id',
    'created',
    'data.object',
  ]),
  eventFault(
    'nested 600 deep',
    `{"type":"order.created","data":{"object":{"a":${'['.repeat(600)}${']'.repeat(600)}}}}`,
    'invalid_request',
    'data',
  ),
];

function batchFault(name: string, body: unknown, code: string, status = 422): Fault {
  return {
    name: `batch: ${name}`,
    path: '/v1/events/batch',
    request: { body },
    status,
    code,
    ...(status === 422 ? { at: 'events' } : {}),
  };
}

export const batchFaults: readonly Fault[] = [
  batchFault('not JSON', '{"events":[', 'malformed_json', 400),
  batchFault('empty body', '', 'malformed_json', 400),
  batchFault('events missing', {}, 'invalid_request'),
  batchFault('events as text', { events: 'x' }, 'invalid_request'),
  batchFault('no events', { events: [] }, 'invalid_request'),
  batchFault('a number', '7', 'invalid_request'),
  batchFault('beyond 8 MiB', `{"events":["${'x'.repeat(8 * 1024 * 1024)}"]}`, 'payload_too_large', 413),
];
