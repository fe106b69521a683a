import type { components } from '@postel/client';
import { describe, expect, it } from '@jest/globals';
import { attentionOf } from './attention.js';
import { withTold, type Delivery } from './latest.js';

type Endpoint = components['schemas']['Endpoint'];

const closed: Endpoint['circuit'] = { state: 'closed', openedAt: null, nextProbeAt: null };
const endpoint = (id: string, changes: Partial<Endpoint> = {}) =>
  ({
    id,
    url: `https://${id}.example`,
    status: 'active',
    disabledReason: null,
    circuit: closed,
    ...changes,
  }) as Endpoint;

describe('endpoints that somebody should look at', () => {
  it('are those that get nothing, then those that are hardly tried, then those that let deliveries die', () => {
    const endpoints = [
      endpoint('well'),
      endpoint('failing'),
      endpoint('broken', { circuit: { ...closed, state: 'open' } }),
      endpoint('off', { status: 'disabled', disabledReason: 'too_many_failures' }),
    ];
    const found = attentionOf(endpoints, [
      { endpointId: 'failing' },
      { endpointId: 'failing' },
      { endpointId: null },
    ]);
    expect(found.map(({ endpointId, state, deadLetters }) => [endpointId, state, deadLetters])).toEqual([
      ['off', 'disabled', 0],
      ['broken', 'circuit open', 0],
      ['failing', 'failing', 2],
    ]);
  });

  it('are none where all is well, or only paused', () => {
    expect(attentionOf([endpoint('a'), endpoint('b', { status: 'paused' })], [])).toEqual([]);
  });
});

describe('the latest deliveries', () => {
  const delivery = (id: string, at: number, status: Delivery['status'] = 'pending') =>
    ({ id, status, createdAt: new Date(at).toISOString() }) as Delivery;

  it('are the newest first, each as it was told last', () => {
    const listed = [delivery('b', 2), delivery('a', 1)];
    const told = new Map([
      ['c', delivery('c', 3)],
      ['a', delivery('a', 1, 'succeeded')],
    ]);
    expect(withTold(listed, told, 2).map(({ id, status }) => [id, status])).toEqual([
      ['c', 'pending'],
      ['b', 'pending'],
    ]);
    expect(withTold(listed, told, 3).map(({ id, status }) => [id, status])).toEqual([
      ['c', 'pending'],
      ['b', 'pending'],
      ['a', 'succeeded'],
    ]);
  });
});
