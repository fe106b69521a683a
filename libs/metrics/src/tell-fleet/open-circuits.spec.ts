import { describe, expect, it } from '@jest/globals';
import type { EndpointState } from '@postel/contracts';
import { openCircuitsOf } from './open-circuits.js';

describe('openCircuitsOf', () => {
  const tablesWith = (openedAtMs: Readonly<Record<string, number>>) => ({
    openCircuitIds: () => new Map(Object.entries(openedAtMs)).keys(),
    circuitOf: (id: string) => ({ openedAtMs: openedAtMs[id] ?? 0, probeAtMs: 5_000, failedProbes: 0 }),
    endpoint: (id: string) =>
      id === 'gone'
        ? undefined
        : { revision: 1, state: { id, tenant: 'acme', url: 'https://a.example' } as EndpointState },
  });

  it('has the last opened first, without those of endpoints that are gone', () => {
    const { count, newest } = openCircuitsOf(tablesWith({ ep_1: 1_000, gone: 3_000, ep_2: 2_000 }));
    expect(count).toBe(2);
    expect(newest).toMatchObject([
      { endpointId: 'ep_2', since: '1970-01-01T00:00:02.000Z', nextProbeAt: '1970-01-01T00:00:05.000Z' },
      { endpointId: 'ep_1', tenant: 'acme', url: 'https://a.example' },
    ]);
  });

  it('shows a hundred, and counts them all', () => {
    const many = Object.fromEntries(Array.from({ length: 130 }, (_, n) => [`ep_${n}`, n]));
    const { count, newest } = openCircuitsOf(tablesWith(many));
    expect([count, newest.length, newest[0]?.endpointId]).toEqual([130, 100, 'ep_129']);
  });
});
