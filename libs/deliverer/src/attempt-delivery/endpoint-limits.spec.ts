import { describe, expect, it } from '@jest/globals';
import type { EndpointState } from '@postel/contracts';
import { LimitsOfEndpoints } from './endpoint-limits.js';

const state = {
  id: 'ep_1',
  maxInFlight: 10,
  rateLimit: { max: 5, perSeconds: 60 },
  createdAtMs: 5_000,
} as unknown as EndpointState;

describe('LimitsOfEndpoints', () => {
  it('knows the rate of an endpoint to be unused only when it was made since the partition is ours', () => {
    const limits = new LimitsOfEndpoints(() => 3);
    expect(limits.of(state).fresh).toBe(false);
    limits.owns(3, 4_000);
    expect(limits.of(state).fresh).toBe(true);
    limits.disowns(3);
    expect(limits.of(state).fresh).toBe(false);
    // gained again: what the other owner did meanwhile is not known here
    limits.owns(3, 6_000);
    expect(limits.of(state).fresh).toBe(false);
  });

  it('gives the same object as long as nothing changes', () => {
    const limits = new LimitsOfEndpoints(() => 3);
    limits.owns(3, 4_000);
    expect(limits.of(state)).toBe(limits.of(state));
    expect(limits.of({ ...state })).not.toBe(limits.of(state));
  });
});
