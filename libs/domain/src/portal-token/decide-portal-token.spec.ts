import { describe, expect, it } from '@jest/globals';
import { decidePortalToken } from './decide-portal-token.js';

const token = { id: 'pt_1', tenant: 'acme', expiresAtMs: 100 };

describe('decidePortalToken', () => {
  it('revokes a token that would still be taken', () => {
    expect(decidePortalToken({ token, actor: 'key:key_1', nowMs: 99 }, null)).toEqual({
      ok: true,
      facts: [{ v: 1, fact: 'portal_token.revoked', actor: 'key:key_1', atMs: 99, state: token }],
    });
  });

  it.each([
    ['expired', 100, null],
    ['revoked before', 50, token],
  ])('finds no token that has %s', (_what, nowMs, state) => {
    expect(decidePortalToken({ token, actor: 'admin', nowMs }, state)).toMatchObject({
      ok: false,
      refusal: { code: 'portal_token_not_found' },
    });
  });
});
