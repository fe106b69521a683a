import type { ApiRequest } from '../harness/api-client.js';
import type { Fault } from './fault.js';

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
