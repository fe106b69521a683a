import { goodEvent } from './fault.js';

/** A message that the broker takes and Postel cannot, and what its dead letter says. */
export interface NatsFault {
  readonly name: string;
  readonly payload: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly code: string;
  readonly path?: string;
}

const envelope = (change: object) => JSON.stringify({ ...goodEvent, ...change });
const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

function fault(
  name: string,
  payload: string | Buffer,
  code: string,
  path?: string,
  headers?: Readonly<Record<string, string>>,
): NatsFault {
  return {
    name,
    payload,
    code,
    ...(path === undefined ? {} : { path }),
    ...(headers === undefined ? {} : { headers }),
  };
}

const attributes = {
  'ce-specversion': '1.0',
  'ce-id': 'a-1',
  'ce-source': '/shop/1',
  'ce-type': 'order.created',
};
const structured = { 'content-type': 'application/cloudevents+json' };
const cloudEvent = (change: object) =>
  JSON.stringify({
    specversion: '1.0',
    id: 'a-1',
    source: '/shop/1',
    type: 'order.created',
    data: {},
    ...change,
  });

const envelopeFaults: readonly NatsFault[] = [
  fault('not JSON', '{"type":', 'malformed_json'),
  fault('JSON and more', '{} {}', 'malformed_json'),
  fault('no bytes', '', 'malformed_json'),
  fault('not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_utf8'),
  fault('bytes of any kind', Buffer.from(Array.from({ length: 256 }, (_, n) => n)), 'invalid_utf8'),
  fault('compressed', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), 'invalid_utf8'),
  fault('NUL between tokens', '{"a":\u0000 1}', 'malformed_json'),
  fault('a list', '[1,2]', 'invalid_request'),
  fault('a number', '7', 'invalid_request'),
  fault('a number beyond every number', '1e400', 'invalid_request'),
  fault('null', 'null', 'invalid_request'),
  fault('half of 10,000 lists', '['.repeat(10_000), 'malformed_json'),
  fault('10,000 lists in each other', `{"a":${deep(10_000)}}`, 'invalid_request', 'data'),
  fault('a type unequal to the subject', envelope({ type: 'order.updated' }), 'type_mismatch', 'type'),
  fault('a type with a wildcard', envelope({ type: 'order.*' }), 'type_mismatch', 'type'),
  fault('a type that is no text', envelope({ type: 7 }), 'type_mismatch', 'type'),
  fault('an invalid id', envelope({ id: 'a b' }), 'invalid_event_id', 'id'),
  fault('an overlong id', envelope({ id: 'x'.repeat(65) }), 'invalid_event_id', 'id'),
  fault('NUL in the id', envelope({ id: 'a\u0000' }), 'invalid_event_id', 'id'),
  fault('an invalid time', envelope({ created: 'now' }), 'invalid_request', 'created'),
  fault('a time beyond every number', '{"created":1e400,"data":{"object":{}}}', 'invalid_request', 'created'),
  fault(
    'a lone surrogate in the ordering key',
    envelope({ orderingKey: '\ud800' }),
    'invalid_request',
    'orderingKey',
  ),
  fault('invalid channels', envelope({ channels: 'eu' }), 'invalid_request', 'channels'),
  fault('invalid related objects', envelope({ relatedObjects: [] }), 'invalid_request', 'relatedObjects'),
  fault(
    'invalid previous attributes',
    envelope({ data: { object: {}, previousAttributes: 1 } }),
    'invalid_request',
    'data.previousAttributes',
  ),
  fault('too large', JSON.stringify({ pad: 'x'.repeat(262_144) }), 'payload_too_large'),
  fault('an unknown tenant', envelope({}), 'tenant_not_found', 'Postel-Tenant', {
    'Postel-Tenant': 'nobody',
  }),
  fault('an invalid channel in the header', envelope({}), 'invalid_request', 'channels.0', {
    'Postel-Channels': 'a b',
  }),
  fault('an overlong ordering key in the header', envelope({}), 'invalid_request', 'orderingKey', {
    'Postel-Ordering-Key': 'x'.repeat(257),
  }),
];

const cloudEventFaults: readonly NatsFault[] = [
  fault('a CloudEvent that is not JSON', '{', 'malformed_json', undefined, structured),
  fault('a CloudEvent that is a list', '[]', 'invalid_request', undefined, structured),
  fault(
    'a CloudEvent without a source',
    cloudEvent({ source: undefined }),
    'invalid_request',
    'source',
    structured,
  ),
  fault(
    'a CloudEvent of another subject',
    cloudEvent({ type: 'order.updated' }),
    'type_mismatch',
    'type',
    structured,
  ),
  fault(
    'a CloudEvent with bytes',
    cloudEvent({ data_base64: 'eA==' }),
    'data_base64_unsupported',
    'data_base64',
    structured,
  ),
  fault(
    'a CloudEvent with data that is text',
    cloudEvent({ data: 'x' }),
    'data_object_missing',
    'data',
    structured,
  ),
  fault('headers of a CloudEvent without an id', '{}', 'invalid_request', 'ce-id', {
    ...attributes,
    'ce-id': '',
  }),
  fault('headers of a CloudEvent with a broken escape', '{}', 'invalid_request', 'ce-subject', {
    ...attributes,
    'ce-subject': '%ff',
  }),
  fault('headers of a CloudEvent of another subject', '{}', 'type_mismatch', 'ce-type', {
    ...attributes,
    'ce-type': 'order.updated',
  }),
  fault('a CloudEvent of XML', '{}', 'unsupported_media_type', 'content-type', {
    ...attributes,
    'content-type': 'application/xml',
  }),
];

export const natsFaults: readonly NatsFault[] = [...envelopeFaults, ...cloudEventFaults];
