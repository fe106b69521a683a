import { describe, expect, it } from '@jest/globals';
import { usageFailure } from '../fail/command-failure.js';
import type { ConnectionSources } from './connection.js';
import { isInTheClear, resolveConnection } from './resolve-connection.js';

const profiles = {
  default: { url: 'https://hooks.example.com', token: 'pk_stored', tenant: null },
  staging: { url: 'https://staging.example.com', token: 'pat_staging', tenant: 'acme' },
};
const kept = { directory: '/checkout/.postel', url: 'http://127.0.0.1:8080', adminToken: 'pat_kept' };

function resolve(given: Partial<ConnectionSources>) {
  return resolveConnection({
    options: {},
    env: {},
    profiles: {},
    currentProfile: 'default',
    kept: null,
    ...given,
  });
}

describe('a connection', () => {
  it('is what the options say, before all else', () => {
    const env = { POSTEL_URL: 'http://env:1', POSTEL_TOKEN: 'env', POSTEL_TENANT: 'env' };
    const options = { url: 'http://option:1/', token: 'option', tenant: 'acme' };
    expect(resolve({ options, env, profiles, kept })).toEqual({
      url: 'http://option:1',
      token: 'option',
      tenant: 'acme',
      foundIn: '--token',
    });
  });

  it('is what the environment says, before what was stored', () => {
    const env = { POSTEL_URL: 'http://env:1', POSTEL_TOKEN: 'env' };
    expect(resolve({ env, profiles, kept })).toMatchObject({
      url: 'http://env:1',
      token: 'env',
      tenant: null,
    });
  });

  it.each(['pat_…', 'two words', 'a\nb', 'Bearer é'])(
    'has no token that no header can carry: %j',
    (token) => {
      const message = 'what POSTEL_TOKEN holds is no token: printable ASCII without spaces';
      expect(() => resolve({ env: { POSTEL_TOKEN: token } })).toThrow(usageFailure(message));
    },
  );

  it('forgives a token the line end of the file that it was read from', () => {
    expect(resolve({ env: { POSTEL_TOKEN: 'pk_x\r\n' } })).toMatchObject({ token: 'pk_x' });
  });

  it('has no tenant that no header can carry', () => {
    expect(() => resolve({ options: { token: 'x', tenant: 'a\nb' } })).toThrow('"a\\nb" is no tenant');
  });

  it('is what login stored, before what npm start keeps here', () => {
    expect(resolve({ profiles, kept })).toMatchObject({
      token: 'pk_stored',
      url: 'https://hooks.example.com',
    });
  });

  it('is that of npm start for a newcomer, who needs no login', () => {
    expect(resolve({ kept })).toMatchObject({ token: 'pat_kept', url: 'http://127.0.0.1:8080' });
  });

  it('is the profile that was named, whatever the environment says', () => {
    const env = { POSTEL_URL: 'http://env:1', POSTEL_TOKEN: 'env', POSTEL_TENANT: 'other' };
    expect(resolve({ options: { profile: 'staging' }, env, profiles })).toMatchObject({
      url: 'https://staging.example.com',
      token: 'pat_staging',
      tenant: 'acme',
    });
  });

  it('has the tenant of its profile unless another is asked for', () => {
    const asked = { options: { profile: 'staging', tenant: 'beta' }, profiles };
    expect(resolve(asked).tenant).toBe('beta');
  });

  it.each([
    ['a profile', { profiles }],
    ['npm start', { kept }],
  ])('never sends the token of %s to another address', (_what, sources) => {
    const env = { POSTEL_URL: 'https://evil.example.com' };
    expect(() => resolve({ env, ...sources })).toThrow(/is not sent to https:\/\/evil/);
  });

  it('takes another path of the same origin', () => {
    expect(resolve({ env: { POSTEL_URL: 'http://127.0.0.1:8080/postel/' }, kept })).toMatchObject({
      token: 'pat_kept',
      url: 'http://127.0.0.1:8080/postel',
    });
  });

  it.each([
    [{}, /no token is known/],
    [{ options: { profile: 'nobody' }, profiles }, /no profile "nobody"/],
    [{ options: { profile: '__proto__' }, profiles }, /no profile "__proto__"/],
    [{ options: { url: 'ftp://x', token: 't' } }, /no address of an API/],
    [{ options: { url: 'hooks', token: 't' } }, /no address of an API/],
    [{ options: { url: 'https://me:secret@x', token: 't' } }, /must not hold a user/],
  ] as const)('is refused where it is not known: %j', (given, message) => {
    expect(() => resolve(given)).toThrow(message);
  });
});

it.each([
  ['http://127.0.0.1:8080', false],
  ['http://localhost:8080', false],
  ['http://[::1]:8080', false],
  ['https://hooks.example.com', false],
  ['http://hooks.example.com', true],
  ['http://127.evil.com', true],
])('a token sent to %s goes in the clear: %s', (url, expected) => {
  expect(isInTheClear(url)).toBe(expected);
});
