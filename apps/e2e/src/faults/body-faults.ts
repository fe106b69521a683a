import { routes, type Route } from '@postel/contracts';
import { gzipSync } from 'node:zlib';
import type { Fault } from './fault.js';

const kib = 1024;
const limits: Readonly<Record<string, number>> = {
  '/v1/events': 256 * kib,
  '/v1/events/explain': 256 * kib,
  '/v1/events/batch': 8 * kib * kib,
};
const readsSourceText = new Set(Object.keys(limits));
/** Of every other route. */
const usualLimit = kib * kib;

/** What no route that takes a body may take, whatever it is for. */
export const bodyFaults: readonly Fault[] = routes
  .filter((route) => route.body && !route.public && route.method !== 'GET')
  .flatMap(faultsOf);

function faultsOf(route: Route): Fault[] {
  const { method } = route;
  const path = route.path
    .replace('/tenants/{id}', '/tenants/default')
    .replace('{name}', 'some.type')
    .replace(/\{\w+\}/g, 'some-id');
  const fault = (name: string, request: Fault['request'], status: number, code: string): Fault => ({
    name: `${method} ${route.path}: ${name}`,
    method,
    path,
    ...(request ? { request } : {}),
    status,
    code,
  });
  const json = { 'content-type': 'application/json' };
  const tooLarge = `{"a":"${'x'.repeat((limits[route.path] ?? usualLimit) - 7)}"}`;
  const prototype = '{"__proto__":{"admin":true}}';
  const bomb = gzipSync(Buffer.alloc(20_000_000, 0x20));
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  return [
    fault('half a body', { body: '{"a":' }, 400, 'malformed_json'),
    fault('two bodies', { body: '{}{}' }, 400, 'malformed_json'),
    fault('single quotes', { body: "{'a':1}" }, 400, 'malformed_json'),
    fault('half of 10,000 lists', { body: '['.repeat(10_000) }, 400, 'malformed_json'),
    { ...fault('10,000 lists in each other', { body: `{"a":${deep}}` }, 422, 'invalid_request') },
    fault('a NUL between tokens', { body: '{"a":\u0000 1}' }, 400, 'malformed_json'),
    fault('one byte too much', { body: tooLarge }, 413, 'payload_too_large'),
    fault(
      'a compressed body',
      { body: gzipSync('{}'), headers: { ...json, 'content-encoding': 'gzip' } },
      415,
      'unsupported_media_type',
    ),
    fault(
      'a compressed bomb',
      { body: bomb, headers: { ...json, 'content-encoding': 'gzip' } },
      415,
      'unsupported_media_type',
    ),
    fault(
      'a form',
      { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported_media_type',
    ),
    fault(
      'JSON that says it is text',
      { body: '{}', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported_media_type',
    ),
    fault('a text', { body: '"x"' }, 422, 'invalid_request'),
    fault('a number', { body: '1e400' }, 422, 'invalid_request'),
    readsSourceText.has(route.path)
      ? fault('a prototype', { body: prototype }, 422, 'invalid_request')
      : fault('a prototype', { body: prototype }, 400, 'malformed_json'),
    fault('an unknown field', { body: '{"unknwon":1}' }, 422, 'invalid_request'),
  ];
}
