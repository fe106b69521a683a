import { describe, expect, it } from '@jest/globals';
import { changesBetween, faultsOf, newEndpoint, requestOf, valuesOf } from './form-values.js';

const url = 'https://example.com/hooks';

describe('the form of an endpoint', () => {
  it('asks for no retry of its own where the fleet’s is wanted', () => {
    expect(requestOf({ ...newEndpoint, url: ` ${url} ` })).toEqual({
      url,
      description: '',
      events: ['*'],
      channels: [],
      apiVersion: '2024-01-01',
      filter: null,
      headers: {},
      signature: { schemes: ['standard', 'timestamp-hex'] },
      timeoutMs: 10_000,
      maxInFlight: 10,
      rateLimit: null,
      ordering: 'none',
    });
  });

  it('changes what was changed, and never the headers that it cannot see', () => {
    const before = {
      ...newEndpoint,
      url,
      headers: null,
      retry: 'custom' as const,
      retryJson: '{"schedule":[1]}',
    };
    const after = { ...before, events: ['order.*'], rateMax: 5, filter: '{"type": "order.created"}' };
    expect(changesBetween(before, before)).toEqual({});
    expect(changesBetween(before, after)).toEqual({
      events: ['order.*'],
      rateLimit: { max: 5, perSeconds: 1 },
      filter: { type: 'order.created' },
    });
    expect(changesBetween(before, { ...before, headers: [{ name: 'authorization', value: 'x' }] })).toEqual({
      headers: { authorization: 'x' },
    });
  });

  it('shows an endpoint as it is', () => {
    const endpoint = {
      id: 'ep_1',
      url,
      description: 'd',
      events: ['order.*'],
      channels: ['a'],
      filter: { 'data.object.amount': { gt: 1 } },
      apiVersion: '1.0',
      metadata: {},
      headers: { authorization: '****' },
      signature: { schemes: ['body-hex' as const] },
      publicKey: null,
      previousSecretExpiresAt: null,
      retry: { preset: 'standard-webhooks' as const },
      timeoutMs: 5_000,
      rateLimit: { max: 3, perSeconds: 2 },
      maxInFlight: 4,
      ordering: 'key' as const,
      status: 'active' as const,
      disabledReason: null,
      circuit: { state: 'closed' as const, openedAt: null, nextProbeAt: null },
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
    };
    const values = valuesOf(endpoint);
    expect(requestOf(values)).toMatchObject({
      filter: endpoint.filter,
      retry: endpoint.retry,
      rateLimit: endpoint.rateLimit,
      ordering: 'key',
    });
    expect(changesBetween(values, values)).toEqual({});
  });

  it.each([
    [{ url: 'example.com' }, 'url'],
    [{ url, events: [] }, 'events'],
    [{ url, filter: '{"a":' }, 'filter'],
    [{ url, filter: '[]' }, 'filter'],
    [{ url, retry: 'custom' as const, retryJson: '' }, 'retryJson'],
    [{ url, headers: [{ name: ' ', value: 'x' }] }, 'headers'],
  ])('says what is wrong before the API is asked: %j', (change, field) => {
    expect(Object.keys(faultsOf({ ...newEndpoint, ...change }))).toEqual([field]);
  });
});
