import type { ApiRequest } from './harness/api-client.js';

/** A fault of a request, and the one problem that it must be. */
export interface Fault {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  readonly request?: ApiRequest;
  readonly status: number;
  readonly code: string;
  /** Of the field or parameter at fault; several when there are several. */
  readonly at?: string | readonly string[];
  /** Something that the person who reads it must be told. */
  readonly says?: RegExp;
}

/** An event with nothing wrong in it. */
export const goodEvent = { type: 'order.created', data: { object: { id: 'ord_1' } } };
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
  ['a number', 7, 'invalid_event_type'],
  ['null', null, 'invalid_event_type'],
  ['the reserved postel.', 'postel.x', 'reserved_event_type'],
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
  ['orderingKey with a line break', { orderingKey: 'a\r\nPostel-Tenant: other' }, 'orderingKey'],
  ['channels as text', { channels: 'eu' }, 'channels'],
  ['a channel as a number', { channels: ['eu', 7] }, 'channels.1'],
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

const eventFaults: readonly Fault[] = [
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
  ...['with space', 'a/b', '', 'x'.repeat(65), 'é', 7, null].map((id) =>
    eventFault(`id ${JSON.stringify(id)?.slice(0, 12)}`, { ...goodEvent, id }, 'invalid_event_id', 'id'),
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

const batchFaults: readonly Fault[] = [
  batchFault('not JSON', '{"events":[', 'malformed_json', 400),
  batchFault('empty body', '', 'malformed_json', 400),
  batchFault('events missing', {}, 'invalid_request'),
  batchFault('events as text', { events: 'x' }, 'invalid_request'),
  batchFault('no events', { events: [] }, 'invalid_request'),
  batchFault('a number', '7', 'invalid_request'),
  batchFault('beyond 8 MiB', `{"events":["${'x'.repeat(8 * 1024 * 1024)}"]}`, 'payload_too_large', 413),
];

function endpointFault(
  name: string,
  change: object,
  at: Fault['at'],
  code = 'invalid_request',
  says?: RegExp,
): Fault {
  return {
    name: `endpoint: ${name}`,
    path: '/v1/endpoints',
    request: { body: { url: 'http://127.0.0.1:9/', ...change } },
    status: 422,
    code,
    ...(at === undefined ? {} : { at }),
    ...(says ? { says } : {}),
  };
}

const endpointFaults: readonly Fault[] = [
  {
    name: 'endpoint: not JSON',
    path: '/v1/endpoints',
    request: { body: '{' },
    status: 400,
    code: 'malformed_json',
  },
  {
    // as no body at all, which the routes that need none get from many clients
    name: 'endpoint: empty body',
    path: '/v1/endpoints',
    request: { body: '' },
    status: 422,
    code: 'invalid_request',
    at: 'url',
  },
  {
    name: 'endpoint: content type',
    path: '/v1/endpoints',
    request: { body: '{}', headers: { 'content-type': 'text/plain' } },
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    name: 'endpoint: too large',
    path: '/v1/endpoints',
    request: { body: { url: 'http://127.0.0.1/', description: 'x'.repeat(2_000_000) } },
    status: 413,
    code: 'payload_too_large',
  },
  { ...endpointFault('a list', {}, ''), request: { body: [] } },
  { ...endpointFault('url missing', {}, 'url'), request: { body: { events: ['*'] } } },
  endpointFault('url as a number', { url: 7 }, 'url'),
  ...[
    'not a url',
    '/relative',
    '',
    'http://',
    'ftp://example.com/',
    'javascript:alert(1)',
    'file:///etc/passwd',
  ].map((url) => endpointFault(`url ${JSON.stringify(url)}`, { url }, 'url', 'invalid_url')),
  endpointFault('userinfo in the url', { url: 'https://user:pass@example.com/' }, 'url', 'invalid_url'),
  endpointFault('url too long', { url: `http://127.0.0.1/${'x'.repeat(2_048)}` }, 'url'),
  ...[
    'http://10.0.0.1/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://0.0.0.0/',
    'http://0x0a000001/',
    'http://167772161/',
    'http://[fe80::1]/',
  ].map((url) => endpointFault(`url to ${url}`, { url }, 'url', 'url_not_allowed')),
  endpointFault('events as text', { events: '*' }, 'events'),
  endpointFault('no events', { events: [] }, 'events'),
  ...['order', 'order.', '*.created', 'order.*.x', 'order.>', '**', '', 'order created'].map((filter) =>
    endpointFault(`filter ${JSON.stringify(filter)}`, { events: ['order.created', filter] }, 'events.1'),
  ),
  endpointFault('unknown field', { urls: [] }, 'urls'),
  endpointFault('unknown field inside retry', { retry: { maxAttempt: 3 } }, undefined),
  ...[
    'Host',
    'content-length',
    'Content-Type',
    'webhook-id',
    'X-Webhook-Signature',
    'Connection',
    'traceparent',
    'user-agent',
  ].map((name) => endpointFault(`reserved header ${name}`, { headers: { [name]: 'x' } }, `headers.${name}`)),
  endpointFault('header name with a space', { headers: { 'X Y': 'x' } }, 'headers.X Y'),
  endpointFault('CRLF in a header value', { headers: { 'X-A': 'a\r\nX-B: b' } }, 'headers.X-A'),
  endpointFault('a header value beyond latin-1', { headers: { 'X-A': '€' } }, 'headers.X-A'),
  endpointFault('a header value as a number', { headers: { 'X-A': 1 } }, 'headers.X-A'),
  ...[
    'secret',
    'whsec_',
    'whsec_!!!',
    `whsec_${Buffer.alloc(23).toString('base64')}`,
    `whsec_${Buffer.alloc(65).toString('base64')}`,
    7,
  ].map((secret) => endpointFault(`secret ${String(secret).slice(0, 12)}`, { secret }, 'secret')),
  ...[
    { maxAttempts: 0 },
    { maxAttempts: 1.5 },
    { initialDelayMs: -1 },
    { multiplier: 0.5 },
    { jitter: 2 },
    { retryableStatuses: [200] },
    { schedule: [] },
    { schedule: [-1] },
    { schedule: 'x' },
    { preset: 'other' },
    'quick',
  ].map((retry) => endpointFault(`retry ${JSON.stringify(retry)}`, { retry }, undefined)),
  ...[99, 30_001, 1.5, '1000', null].map((timeoutMs) =>
    endpointFault(`timeoutMs ${JSON.stringify(timeoutMs)}`, { timeoutMs }, 'timeoutMs'),
  ),
  endpointFault('channel', { channels: ['a b'] }, 'channels.0'),
  endpointFault('apiVersion', { apiVersion: 'no version' }, 'apiVersion'),
  {
    ...endpointFault('an apiVersion that nothing declares', { apiVersion: '2022-01-01' }, 'apiVersion'),
    code: 'unknown_api_version',
  },
  endpointFault('metadata', { metadata: { a: 1 } }, 'metadata.a'),
  endpointFault('signature scheme', { signature: { schemes: ['md5'] } }, 'signature.schemes.0'),
  endpointFault(
    'two schemes with the same headers',
    { signature: { schemes: ['body-hex', 'timestamp-hex'] } },
    'signature.schemes',
  ),
  endpointFault('several faults at once', { events: [], timeoutMs: 1, x: 1 }, ['events', 'timeoutMs', 'x']),
];

const lists = ['/v1/events', '/v1/endpoints', '/v1/deliveries', '/v1/dead-letters'];

const queryFaults: readonly Fault[] = [
  ...lists.flatMap((path) => [
    ...['0', '251', 'abc', '-1', '1.5', ''].map((limit) => ({
      name: `${path}?limit=${limit}`,
      method: 'GET',
      path: `${path}?limit=${limit}`,
      status: 400,
      code: 'malformed_request',
      at: 'limit',
    })),
    {
      name: `${path} with an unknown parameter`,
      method: 'GET',
      path: `${path}?limt=5`,
      status: 400,
      code: 'malformed_request',
      at: 'limt',
    },
    ...['garbage', '%00', 'eyJhIjoxfQ', 'x'.repeat(100)].map((cursor) => ({
      name: `${path} with the cursor ${cursor.slice(0, 10)}`,
      method: 'GET',
      path: `${path}?cursor=${cursor}`,
      status: 400,
      code: 'invalid_cursor',
    })),
  ]),
  ...[
    ['/v1/deliveries?status=lost', 'status'],
    ['/v1/deliveries?since=yesterday', 'since'],
    ['/v1/deliveries?endpointId=a%20b', 'endpointId'],
    ['/v1/dead-letters?reason=bad', 'reason'],
    ['/v1/events?until=1', 'until'],
    ['/v1/stats?period=year', 'period'],
    ['/v1/stats?periode=day', 'periode'],
  ].map(([path, at]) => ({
    name: path as string,
    method: 'GET',
    path: path as string,
    status: 400,
    code: 'malformed_request',
    at: at as string,
  })),
];

const unknownIds: readonly Fault[] = [
  ['GET', '/v1/events/nope', 'event_not_found'],
  ['GET', '/v1/events/nope/deliveries', 'event_not_found'],
  ['GET', '/v1/endpoints/nope', 'endpoint_not_found'],
  ['PATCH', '/v1/endpoints/nope', 'endpoint_not_found'],
  ['DELETE', '/v1/endpoints/nope', 'endpoint_not_found'],
  ['POST', '/v1/endpoints/nope/pause', 'endpoint_not_found'],
  ['POST', '/v1/endpoints/nope/enable', 'endpoint_not_found'],
  ['POST', '/v1/endpoints/nope/disable', 'endpoint_not_found'],
  ['POST', '/v1/endpoints/nope/test', 'endpoint_not_found'],
  ['GET', '/v1/endpoints/nope/deliveries', 'endpoint_not_found'],
  ['GET', '/v1/endpoints/nope/stats', 'endpoint_not_found'],
  ['GET', '/v1/deliveries/nope', 'delivery_not_found'],
  ['GET', '/v1/deliveries/nope/attempts', 'delivery_not_found'],
  ['POST', '/v1/deliveries/nope/retry', 'delivery_not_found'],
  ['GET', '/v1/dead-letters/nope', 'dead_letter_not_found'],
  ['POST', '/v1/dead-letters/nope/redrive', 'dead_letter_not_found'],
  ['GET', `/v1/events/${'x'.repeat(120)}`, 'event_not_found'],
  ['GET', '/v1/deliveries/%00', 'delivery_not_found'],
  ['GET', "/v1/deliveries/'%20or%201=1", 'delivery_not_found'],
  ['GET', '/v1/dead-letters/%F0%9F%98%80', 'dead_letter_not_found'],
].map(([method, path, code]) => ({
  name: `${method} ${path?.slice(0, 60)}`,
  method: method as string,
  path: path as string,
  ...(method === 'PATCH' ? { request: { body: {} } } : {}),
  status: 404,
  code: code as string,
}));

const routeFaults: readonly Fault[] = [
  { name: 'no such route', method: 'GET', path: '/v1/nothing', status: 404, code: 'route_not_found' },
  { name: 'the root', method: 'GET', path: '/', status: 404, code: 'route_not_found' },
  { name: 'a bad escape', method: 'GET', path: '/v1/events/%ZZ', status: 400, code: 'malformed_request' },
  ...[
    ['PUT', '/v1/events'],
    ['DELETE', '/v1/events'],
    ['PUT', '/v1/endpoints'],
    ['POST', '/v1/stats'],
    ['DELETE', '/v1/deliveries/x'],
    ['GET', '/v1/deliveries/x/retry'],
    ['POST', '/openapi.json'],
  ].map(([method, path]) => ({
    name: `wrong method ${method} ${path}`,
    method: method as string,
    path: path as string,
    status: 405,
    code: 'method_not_allowed',
  })),
];

const credentialFaults: readonly Fault[] = [
  ['none', { token: null }],
  ['an empty one', { token: '' }],
  ['another', { token: 'e2e-admin-token-of-this-tesT' }],
  ['another scheme', { token: null, headers: { authorization: 'Basic ZTJlOng=' } }],
  ['no scheme', { token: null, headers: { authorization: 'e2e-admin-token-of-this-test' } }],
].flatMap(([name, request]) =>
  [
    ['POST', '/v1/events'],
    ['GET', '/v1/deliveries'],
    ['GET', '/v1/nothing'],
  ].map(([method, path]) => ({
    name: `credential: ${name as string} for ${method} ${path}`,
    method: method as string,
    path: path as string,
    request: { ...(request as ApiRequest), ...(method === 'POST' ? { body: 'not even JSON' } : {}) },
    status: 401,
    code: 'unauthorized',
  })),
);

/** Every fault of a request that HTTP can bring, each with its one problem. */
export const httpFaults: readonly Fault[] = [
  ...eventFaults,
  ...batchFaults,
  ...endpointFaults,
  ...queryFaults,
  ...unknownIds,
  ...routeFaults,
  ...credentialFaults,
  {
    name: 'a tenant that does not exist',
    method: 'GET',
    path: '/v1/endpoints',
    request: { headers: { 'postel-tenant': 'nobody' } },
    status: 404,
    code: 'tenant_not_found',
  },
] satisfies readonly Fault[];
