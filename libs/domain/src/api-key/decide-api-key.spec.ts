import { describe, expect, it } from '@jest/globals';
import type { ApiKeyState } from '@postel/contracts';
import { decideApiKey } from './decide-api-key.js';

const key = { id: 'key_1', tenant: 'acme', name: 'ci', hash: 'aGFzaA==', prefix: 'pk_abcdef' };
const by = { actor: 'admin', nowMs: 7 };

describe('decideApiKey', () => {
  it('creates a key of which the fact holds the hash and never the key', () => {
    const given = { ...key, key: 'pk_the-key-itself' };
    const decision = decideApiKey({ kind: 'create', key: given, ...by }, null);
    const state = { ...key, createdAtMs: 7 };
    expect(decision).toEqual({
      ok: true,
      facts: [{ v: 1, fact: 'api_key.created', actor: 'admin', atMs: 7, state }],
    });
  });

  it('revokes with a tombstone, once', () => {
    const state: ApiKeyState = { ...key, createdAtMs: 1 };
    expect(decideApiKey({ kind: 'revoke', ...by }, state)).toMatchObject({
      ok: true,
      facts: [{ fact: 'api_key.revoked', state: null }],
    });
    expect(decideApiKey({ kind: 'revoke', ...by }, null)).toMatchObject({
      ok: false,
      refusal: { code: 'api_key_not_found' },
    });
    expect(decideApiKey({ kind: 'create', key, ...by }, state)).toMatchObject({ ok: false });
  });
});
