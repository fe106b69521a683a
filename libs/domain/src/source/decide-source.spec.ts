import { describe, expect, it } from '@jest/globals';
import type { SourceSettings, SourceState } from '@postel/contracts';
import { decideSource } from './decide-source.js';

const settings: SourceSettings = {
  provider: 'stripe',
  signature: null,
  toleranceSeconds: 300,
  rateLimit: { max: 100, perSeconds: 1 },
  status: 'active',
  description: '',
  metadata: {},
};
const by = { id: 'src_1', actor: 'key:key_1', nowMs: 9 };
const state: SourceState = {
  ...settings,
  id: 'src_1',
  tenant: 'acme',
  name: 'billing',
  createdAtMs: 5,
  updatedAtMs: 5,
};

describe('decideSource', () => {
  it('creates one of a name, with what its type says and never a secret', () => {
    const given = { ...settings, secrets: ['whsec_x'] };
    const command = { ...by, kind: 'create', tenant: 'acme', name: 'billing', settings: given } as const;
    expect(decideSource(command, null)).toEqual({
      ok: true,
      facts: [
        {
          v: 1,
          fact: 'source.created',
          actor: 'key:key_1',
          atMs: 9,
          state: { ...state, createdAtMs: 9, updatedAtMs: 9 },
        },
      ],
    });
    expect(decideSource({ ...command, id: 'src_2' }, state)).toMatchObject({
      refusal: { code: 'source_exists' },
    });
  });

  it('changes what is given, and tells nothing where nothing changes', () => {
    const decision = decideSource(
      { ...by, kind: 'update', changes: { status: 'disabled', rateLimit: null, description: undefined } },
      state,
    );
    expect(decision).toMatchObject({
      facts: [
        { fact: 'source.updated', state: { ...state, status: 'disabled', rateLimit: null, updatedAtMs: 9 } },
      ],
    });
    expect(decideSource({ ...by, kind: 'update', changes: { status: 'active' } }, state)).toEqual({
      ok: true,
      facts: [],
    });
  });

  it('tells of new secrets and leaves the source as it is', () => {
    expect(decideSource({ ...by, kind: 'replace-secrets' }, state)).toMatchObject({
      facts: [{ fact: 'source.secrets_replaced', state }],
    });
  });

  it('deletes with a tombstone, and never another source that has got the name since', () => {
    expect(decideSource({ ...by, kind: 'delete' }, state)).toMatchObject({
      facts: [{ fact: 'source.deleted', state: null }],
    });
    for (const kind of ['delete', 'replace-secrets'] as const) {
      for (const present of [null, { ...state, id: 'src_2' }])
        expect(decideSource({ ...by, kind }, present)).toMatchObject({
          refusal: { code: 'source_not_found' },
        });
    }
  });
});
