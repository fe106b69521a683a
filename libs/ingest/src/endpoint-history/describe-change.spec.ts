import { describe, expect, it } from '@jest/globals';
import type { EndpointFact, EndpointState } from '@postel/contracts';
import { describeChange } from './describe-change.js';

const state = (changes: object = {}): EndpointState =>
  ({
    id: 'ep_1',
    tenant: 'default',
    url: 'https://example.com/',
    headers: { names: ['x-key'], setAtMs: 5 },
    status: 'active',
    rateLimit: null,
    maxInFlight: 10,
    ordering: 'none',
    createdAtMs: 1,
    updatedAtMs: 1,
    ...changes,
  }) as unknown as EndpointState;
const fact = (
  after: EndpointState | null,
  name: EndpointFact['fact'] = 'endpoint.updated',
): EndpointFact => ({
  v: 1,
  fact: name,
  actor: 'key:key_1',
  atMs: 1_700_000_000_000,
  state: after,
});

describe('describeChange', () => {
  it('shows what is not as it was, before and after, and no times of its own', () => {
    const change = describeChange(
      fact(state({ status: 'disabled', disabledReason: 'gone', updatedAtMs: 9, retryChangedAtMs: 9 })),
      fact(state()),
    );
    expect(change).toEqual({
      fact: 'endpoint.updated',
      actor: 'key:key_1',
      at: '2023-11-14T22:13:20.000Z',
      changes: {
        status: { before: 'active', after: 'disabled' },
        disabledReason: { before: null, after: 'gone' },
      },
    });
  });

  it('tells that header values changed, and not what they are', () => {
    const changed = state({ headers: { names: ['x-key'], setAtMs: 6 } });
    expect(describeChange(fact(changed), fact(state())).changes).toEqual({
      headers: { before: { 'x-key': '***' }, after: { 'x-key': '***' } },
    });
  });

  it('reads what 0.1.0 stored, and sees no change in where the values lie', () => {
    const stored = fact(state({ headers: { 'x-key': 'value' } }), 'endpoint.created');
    expect(JSON.stringify(describeChange(stored, null))).not.toContain('value');
    const sealed = fact(state({ headers: { names: ['x-key'], setAtMs: 0 } }), 'endpoint.headers_sealed');
    expect(describeChange(sealed, stored).changes).toEqual({});
  });

  it('shows all of a creation and none of a deletion', () => {
    expect(describeChange(fact(state()), null).changes).toMatchObject({
      url: { before: null, after: 'https://example.com/' },
      headers: { before: null, after: { 'x-key': '***' } },
    });
    expect(describeChange(fact(null, 'endpoint.deleted'), fact(state())).changes).toEqual({});
  });
});
