import { describe, expect, it } from '@jest/globals';
import { upcastSecrets, type SealedSecret } from './config-facts.js';
import {
  createEndpointRequest,
  noCustomHeaders,
  updateEndpointRequest,
  upcastEndpoint,
  type EndpointState,
} from './endpoint.js';

const stored = (headers: object) => ({ id: 'ep_1', headers }) as unknown as EndpointState;

describe('what 0.1.0 stored', () => {
  it('has its header values in the clear, until they are sealed', () => {
    const clear = { 'x-key': 'v', names: 'a header of this name' };
    expect(upcastEndpoint(stored(clear)).headers).toEqual({ names: ['x-key', 'names'], setAtMs: 0, clear });
    expect(upcastEndpoint(stored({})).headers).toBe(noCustomHeaders);
    const headers = { names: ['x-key'], setAtMs: 7 };
    expect(upcastEndpoint(stored(headers)).headers).toEqual(headers);
    expect(upcastEndpoint(upcastEndpoint(stored(clear)))).toEqual(upcastEndpoint(stored(clear)));
  });

  it('has secrets and nothing beside them', () => {
    const secrets = [{ wrappedKey: 'x' } as unknown as SealedSecret];
    expect(upcastSecrets({ v: 1, fact: 'secret.set', atMs: 1, secrets })).toEqual({
      secrets,
      keyPairs: [],
      headers: null,
    });
  });
});

it('bounds how many custom headers there are, and how long they are together', () => {
  const faultsOf = (headers: Record<string, string>) => {
    const parsed = createEndpointRequest.safeParse({ url: 'https://example.com', headers });
    return parsed.error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? [];
  };
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`x-${n}`, '1']));
  expect(faultsOf(many(50))).toEqual([]);
  expect(faultsOf(many(51))).toEqual([['headers', 'at most 50 headers']]);
  const long = (sizeBytes: number) => ({
    'x-a': 'a'.repeat(4_096),
    'x-b': 'b'.repeat(sizeBytes - 4_096 - 14),
  });
  expect(faultsOf(long(6_144))).toEqual([]);
  expect(faultsOf(long(6_145))).toEqual([['headers', 'at most 6144 bytes of names and values together']]);
});

it('keeps of secrets which headers belong to what', () => {
  const headers = { wrappedKey: 'x' } as unknown as SealedSecret;
  const earlierHeaders = [{ headers: null, headersSetAtMs: 0 }];
  const secrets = { secrets: [headers], keyPairs: [], headers, headersSetAtMs: 5, earlierHeaders };
  expect(upcastSecrets({ v: 1, fact: 'secret.set', atMs: 1, ...secrets })).toEqual(secrets);
});

it('does not take the mask of a header value for the value', () => {
  const headers = { 'x-key': '***' };
  const paths = [
    createEndpointRequest.safeParse({ url: 'https://example.com/', headers }),
    updateEndpointRequest.safeParse({ headers }),
  ].flatMap(({ error }) => error?.issues.map(({ path }) => path.join('.')));
  expect(paths).toEqual(['headers.x-key', 'headers.x-key']);
  expect(updateEndpointRequest.safeParse({ headers: { 'x-key': '****' } }).success).toBe(true);
});

it('does not take two headers whose names differ in case alone', () => {
  const { error } = createEndpointRequest.safeParse({
    url: 'https://example.com/',
    headers: { 'X-Key': 'a', 'x-key': 'b' },
  });
  expect(error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
    ['headers', 'names that differ in case alone are one header'],
  ]);
});
