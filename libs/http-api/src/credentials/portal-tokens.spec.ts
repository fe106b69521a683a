import { describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { randomBytes } from 'node:crypto';
import { hashApiKey, makeApiKey } from './api-keys.js';
import { deriveCredentialKeys } from './credential-keys.js';
import { PortalTokens } from './portal-tokens.js';

const keys = deriveCredentialKeys('the-secret-of-this-installation!');
const tokens = new PortalTokens(keys);
const span = { tenant: 'acme', tenantSinceMs: 5 };
const nowMs = 1_700_000_000_000;
const nowSec = nowMs / 1_000;
const issue = (ttlSeconds = 60, of = tokens) => of.issue(span, { nowMs, ttlSeconds, randomBytes });

/** As ours in everything but what is given. */
async function forged(changes: {
  claims?: Record<string, unknown>;
  alg?: string;
  typ?: string;
  key?: Uint8Array;
}): Promise<string> {
  const { id } = await issue();
  const claims = {
    ...span,
    since: 5,
    iss: 'postel',
    aud: 'postel-portal',
    jti: id,
    iat: nowSec,
    exp: nowSec + 60,
  };
  return new SignJWT({ ...claims, ...changes.claims })
    .setProtectedHeader({ alg: changes.alg ?? 'HS256', typ: changes.typ ?? 'JWT' })
    .sign(changes.key ?? keys.portalTokens);
}

describe('PortalTokens', () => {
  it('takes what it made, until it ends', async () => {
    const { token, ...made } = await issue();
    expect(made).toEqual({ ...span, id: expect.stringMatching(/^pt_/), expiresAtMs: nowMs + 60_000 });
    expect(await tokens.verify(token, nowMs)).toEqual(made);
    expect(await tokens.verify(token, nowMs - 4_000)).toEqual(made); // a clock that is behind
    expect(await tokens.verify(token, nowMs + 59_999)).toEqual(made);
    expect(await tokens.verify(token, nowMs + 60_000)).toBeNull();
    expect(await tokens.verify(await forged({}), nowMs)).toMatchObject({ tenant: 'acme' });
  });

  it.each<[string, Parameters<typeof forged>[0]]>([
    ['of another key', { key: new Uint8Array(32) }],
    ['of another algorithm', { alg: 'HS384' }],
    ['of another issuer', { claims: { iss: 'someone' } }],
    ['for another audience', { claims: { aud: 'postel' } }],
    ['of another type', { typ: 'at+jwt' }],
    ['without an end', { claims: { exp: undefined } }],
    ['without a beginning', { claims: { iat: undefined } }],
    ['without an id', { claims: { jti: undefined } }],
    ['with an id that is none of ours', { claims: { jti: 'x' } }],
    ['without a tenant', { claims: { tenant: undefined } }],
    ['without the tenant’s age', { claims: { since: undefined } }],
    ['older than a day', { claims: { iat: nowSec - 86_500 } }],
    ['from the future', { claims: { iat: nowSec + 3_600, exp: nowSec + 7_200 } }],
    ['not valid yet', { claims: { nbf: nowSec + 3_600 } }],
  ])('does not take one %s', async (_what, changes) => {
    expect(await tokens.verify(await forged(changes), nowMs)).toBeNull();
  });

  it('takes none without a signature, and nothing that is no JWT', async () => {
    const { token } = await issue();
    const unsigned = new UnsecuredJWT({ ...span, since: 5 }).setJti('pt_1').setIssuedAt(nowSec).encode();
    const [header, payload] = token.split('.');
    for (const bad of [unsigned, `${header}.${payload}.`, `${header}.${payload}`, '', 'a.b.c', `${token}x`])
      expect(await tokens.verify(bad, nowMs)).toBeNull();
  });

  it('knows its ids again: their end, and their tenant alone', async () => {
    const { id, expiresAtMs } = await issue(3_600);
    expect(tokens.readId(span, id)).toEqual({ ...span, id, expiresAtMs });
    expect(tokens.readId({ ...span, tenant: 'other' }, id)).toBeNull();
    expect(tokens.readId({ ...span, tenantSinceMs: 6 }, id)).toBeNull();
    const changed = `${id.slice(0, -1)}${id.endsWith('A') ? 'B' : 'A'}`;
    for (const bad of [changed, 'pt_', 'x', id.slice(3)]) expect(tokens.readId(span, bad)).toBeNull();
    const others = new PortalTokens(deriveCredentialKeys('the-secret-of-another-installation'));
    expect(others.readId(span, id)).toBeNull();
  });
});

describe('API keys', () => {
  it('are 32 random bytes, of which only a keyed hash and the first characters are kept', () => {
    const made = makeApiKey(keys, randomBytes);
    expect(made.key).toMatch(/^pk_[A-Za-z0-9_-]{43}$/);
    expect(made.prefix).toBe(made.key.slice(0, 8));
    expect(made.hash).toBe(hashApiKey(made.key, keys));
    expect(made.hash).not.toBe(
      hashApiKey(made.key, deriveCredentialKeys('another-secret-of-an-installation')),
    );
    expect(made.hash).not.toContain(made.key.slice(3));
  });
});
