import type { Fault } from './fault.js';

const attributes = { specversion: '1.0', id: 'a-1', source: '/shop/1', type: 'order.created' };
const structured = 'application/cloudevents+json';

function structuredFault(
  name: string,
  change: object,
  at: Fault['at'],
  code = 'invalid_request',
  status = 422,
): Fault {
  return {
    name: `structured CloudEvent: ${name}`,
    path: '/v1/events',
    request: {
      body: { ...attributes, data: { n: 1 }, ...change },
      headers: { 'content-type': structured },
    },
    status,
    code,
    ...(at === undefined ? {} : { at }),
  };
}

function binaryFault(
  name: string,
  change: Readonly<Record<string, string | undefined>>,
  at: Fault['at'],
  code = 'invalid_request',
  body: string = '{"n":1}',
): Fault {
  const headers: Record<string, string> = {};
  for (const [attribute, value] of Object.entries({ ...attributes, ...change }))
    if (value !== undefined) headers[`ce-${attribute}`] = value;
  return {
    name: `binary CloudEvent: ${name}`,
    path: '/v1/events',
    request: { body, headers },
    status: 422,
    code,
    ...(at === undefined ? {} : { at }),
  };
}

function typeFault(name: string, path: string, headers: Readonly<Record<string, string>>): Fault {
  return {
    name: `CloudEvent: ${name}`,
    path,
    request: { body: JSON.stringify({ ...attributes, data: {} }), headers },
    status: 415,
    code: 'unsupported_media_type',
  };
}

const binaryHeaders = Object.fromEntries(
  Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]),
);

export const cloudEventFaults: readonly Fault[] = [
  structuredFault('no specversion', { specversion: undefined }, 'specversion'),
  structuredFault('another specversion', { specversion: '0.3' }, 'specversion'),
  structuredFault('no id', { id: undefined }, 'id'),
  structuredFault('NUL in the id', { id: 'a\u0000' }, 'id'),
  structuredFault('a lone surrogate in the source', { source: '\ud800' }, 'source'),
  structuredFault('no source', { source: undefined }, 'source'),
  structuredFault('a wildcard in the type', { type: 'order.*' }, 'type', 'invalid_event_type'),
  structuredFault('a reserved type', { type: 'postel.x' }, 'type', 'reserved_event_type'),
  structuredFault('a time that is none', { time: 'now' }, 'time'),
  structuredFault('an attribute that is an object', { ext: { a: 1 } }, 'ext'),
  structuredFault('an attribute with a hyphen', { 'my-ext': 1 }, 'my-ext'),
  structuredFault('data that is text', { data: 'x' }, 'data', 'data_object_missing'),
  structuredFault(
    'bytes as data',
    { data: undefined, data_base64: 'eA==' },
    'data_base64',
    'data_base64_unsupported',
  ),
  structuredFault(
    'data that is XML',
    { datacontenttype: 'application/xml' },
    'datacontenttype',
    'unsupported_media_type',
    415,
  ),
  structuredFault('data nested 600 deep', { data: nested(600) }, 'data'),
  structuredFault('several faults', { id: '', time: 1, data: 1 }, ['id', 'time', 'data']),
  binaryFault('no specversion', { specversion: undefined }, 'ce-specversion'),
  binaryFault('no id', { id: undefined }, 'ce-id'),
  binaryFault('no source', { source: undefined }, 'ce-source'),
  binaryFault('no type', { type: undefined }, 'ce-type', 'invalid_event_type'),
  binaryFault('a broken escape', { subject: '100%' }, 'ce-subject'),
  binaryFault('an escape that is no UTF-8', { subject: '%C3%28' }, 'ce-subject'),
  binaryFault('an escaped line break', { id: 'a%0D%0APostel-Tenant: other' }, 'ce-id'),
  binaryFault('an overlong escape', { id: '%C0%80' }, 'ce-id'),
  binaryFault('raw bytes', { subject: 'caf\u00e9' }, 'ce-subject'),
  binaryFault('a time that is none', { time: '2024-13-01T00:00:00Z' }, 'ce-time'),
  binaryFault('data in a header', { data: '{}' }, 'ce-data'),
  binaryFault('data that is a list', {}, 'data', 'data_object_missing', '[1]'),
  { ...binaryFault('data that is not JSON', {}, undefined, 'malformed_json', '{'), status: 400 },
  {
    ...structuredFault('not JSON', {}, undefined, 'malformed_json', 400),
    request: { body: '{', headers: { 'content-type': structured } },
  },
  {
    ...structuredFault('a list', {}, ''),
    request: { body: '[]', headers: { 'content-type': structured } },
  },
  typeFault('data that is XML', '/v1/events', { ...binaryHeaders, 'content-type': 'application/xml' }),
  typeFault('a batch where one event goes', '/v1/events', {
    'content-type': 'application/cloudevents-batch+json',
  }),
  typeFault('one where a batch goes', '/v1/events/batch', { 'content-type': structured }),
  typeFault('headers of one on a batch', '/v1/events/batch', binaryHeaders),
  typeFault('another type of JSON', '/v1/events', { 'content-type': 'application/vnd.api+json' }),
  typeFault('another format', '/v1/events', { 'content-type': 'application/cloudevents+protobuf' }),
];

function nested(depth: number): object {
  let value: object = {};
  for (let n = 0; n < depth; n++) value = { a: value };
  return value;
}
