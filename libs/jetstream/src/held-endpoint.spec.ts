import { expect, it } from '@jest/globals';
import { noCustomHeaders, type EndpointState } from '@postel/contracts';
import { allOfConfig, HeldEndpoints } from './held-endpoint.js';

const stored = (): EndpointState => ({
  id: 'ep_1',
  tenant: 'default',
  url: 'https://example.com/',
  description: 'theirs',
  events: ['order.*', 'payment.succeeded'],
  channels: ['eu'],
  filter: { 'data.object.customer': 'cus_1' },
  apiVersion: '2024-01-01',
  metadata: { plan: 'standard' },
  headers: noCustomHeaders,
  signature: { schemes: ['standard'] },
  retry: { preset: 'standard-webhooks' },
  timeoutMs: 1_000,
  rateLimit: { max: 100, perSeconds: 1 },
  maxInFlight: 10,
  ordering: 'key',
  status: 'paused',
  createdAtMs: 1,
  updatedAtMs: 1,
});

it('holds what many endpoints have in common there once, and nothing of it changed', () => {
  const held = new HeldEndpoints(allOfConfig);
  const [first, second] = [held.take(stored()), held.take(stored())];
  expect(first).toEqual(stored());
  expect(second).toEqual(stored());
  for (const field of ['events', 'channels', 'signature', 'retry', 'rateLimit'] as const) {
    expect(second[field]).toBe(first[field]);
  }
});

it('holds no more than the routes of endpoints where no more is asked for', () => {
  const held = new HeldEndpoints({ secrets: false, endpoints: 'routes' });
  const { id, tenant, url, events, channels, filter, apiVersion, ordering, status } = stored();
  const routes = { id, tenant, url, events, channels, filter, apiVersion, ordering, status };
  expect(held.take(stored())).toEqual(routes);
  expect(held.take(stored()).events).toBe(held.take(stored()).events);
});

it('gives the routes of an endpoint from before filters and ordering their defaults', () => {
  const { filter: _filter, ordering: _ordering, ...early } = stored();
  const held = new HeldEndpoints({ secrets: false, endpoints: 'routes' });
  expect(held.take(early as EndpointState)).toMatchObject({ filter: null, ordering: 'none' });
});
