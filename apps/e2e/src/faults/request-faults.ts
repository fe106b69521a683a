import type { ApiRequest } from '../harness/api-client.js';
import type { Fault } from './fault.js';

const lists = [
  '/v1/events',
  '/v1/endpoints',
  '/v1/deliveries',
  '/v1/dead-letters',
  '/v1/audit',
  '/v1/sources',
];

export const queryFaults: readonly Fault[] = [
  ...lists.flatMap((path) => [
    ...['0', '251', 'abc', '-1', '1.5', '', '1e400', '%00', '1000000', '1&limit=2'].map((limit) => ({
      name: `${path}?limit=${limit}`,
      method: 'GET',
      path: `${path}?limit=${limit}`,
      status: 400,
      code: 'malformed_request',
      at: 'limit',
    })),
    {
      name: `${path} with an overlong cursor`,
      method: 'GET',
      path: `${path}?cursor=${'x'.repeat(513)}`,
      status: 400,
      code: 'malformed_request',
      at: 'cursor',
    },
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
    ['/v1/dead-letters?type=%00', 'type'],
    ['/v1/audit?action=nothing', 'action'],
    ['/v1/audit?actor=%00', 'actor'],
    ['/v1/audit?endpointId=a%20b', 'endpointId'],
    ['/v1/export?after=-1', 'after'],
    ['/v1/export?after=99999999999999999', 'after'],
    ['/v1/export?since=yesterday', 'since'],
    ['/v1/export?limit=1', 'limit'],
    ['/v1/live/deliveries?after=1e3', 'after'],
    ['/v1/live/deliveries?after=9999999999999999', 'after'],
    ['/v1/live/deliveries?status=lost', 'status'],
    ['/v1/live/deliveries?type=%00', 'type'],
    ['/v1/live/events?events=order.created,', 'events.1'],
    [`/v1/live/events?events=${'a.b,'.repeat(100)}a.b`, 'events'],
    ['/v1/live/events?endpointId=ep_1', 'endpointId'],
    ['/v1/events?until=1', 'until'],
    ['/v1/deliveries?type=%00', 'type'],
    ['/v1/events?type=%00', 'type'],
    [`/v1/deliveries?type=${'x'.repeat(129)}`, 'type'],
    [`/v1/deliveries?eventId=${'x'.repeat(65)}`, 'eventId'],
    ['/v1/deliveries?since=2024-01-01T00:00:00Z%00', 'since'],
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

export const purgeFaults: readonly Fault[] = [
  { name: 'a purge without a condition', path: '/v1/dead-letters', status: 422, code: 'invalid_request' },
  ...['all=yes', 'all=', 'reason=bad', 'since=1', 'limit=5', 'al=true'].map((query) => ({
    name: `a purge with ${query}`,
    path: `/v1/dead-letters?${query}`,
    status: 400,
    code: 'malformed_request',
    at: query.split('=')[0] as string,
  })),
].map((fault) => ({ method: 'DELETE', ...fault }));

export const unknownIds: readonly Fault[] = [
  ['GET', '/v1/events/nope', 'event_not_found'],
  ['GET', '/v1/events/nope/deliveries', 'event_not_found'],
  ['DELETE', '/v1/events/nope', 'event_not_found'],
  ['GET', '/v1/endpoints/nope', 'endpoint_not_found'],
  ['PATCH', '/v1/endpoints/nope', 'endpoint_not_found'],
  ['DELETE', '/v1/endpoints/nope', 'endpoint_not_found'],
  ['POST', '/v1/endpoints/nope/pause', 'endpoint_not_found'],
  ['POST', '/v1/endpoints/nope/enable', 'endpoint_not_found'],
  ['POST', '/v1/endpoints/nope/disable', 'endpoint_not_found'],
  ['POST', '/v1/endpoints/nope/test', 'endpoint_not_found'],
  ['GET', '/v1/endpoints/nope/deliveries', 'endpoint_not_found'],
  ['GET', '/v1/endpoints/nope/stats', 'endpoint_not_found'],
  ['GET', '/v1/sources/nope', 'source_not_found'],
  ['PATCH', '/v1/sources/nope', 'source_not_found'],
  ['DELETE', '/v1/sources/nope', 'source_not_found'],
  ['GET', '/v1/deliveries/nope', 'delivery_not_found'],
  ['GET', '/v1/deliveries/nope/attempts', 'delivery_not_found'],
  ['POST', '/v1/deliveries/nope/retry', 'delivery_not_found'],
  ['GET', '/v1/dead-letters/nope', 'dead_letter_not_found'],
  ['POST', '/v1/dead-letters/nope/redrive', 'dead_letter_not_found'],
  ['GET', `/v1/events/${'x'.repeat(120)}`, 'event_not_found'],
  ['GET', '/v1/deliveries/%00', 'delivery_not_found'],
  ['GET', `/v1/endpoints/${'x'.repeat(65)}`, 'endpoint_not_found'],
  ['POST', '/v1/endpoints/a%0D%0Ab/pause', 'endpoint_not_found'],
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

export const routeFaults: readonly Fault[] = [
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

export const credentialFaults: readonly Fault[] = [
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
