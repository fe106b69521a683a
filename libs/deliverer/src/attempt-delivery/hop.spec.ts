import { describe, expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import { HopWorld } from './hop.fixture.js';

const circuit = { failures: 1, overMs: 0, forgetAfterMs: 60_000, openMs: 5_000, maxOpenMs: 5_000 };

describe('Hop', () => {
  it('makes no attempt when the circuit opened while it waited for a place', async () => {
    const world = new HopWorld({ maxInFlight: 1 }, circuit);
    world.begin({ deliveryId: 'dlv_1' });
    world.begin({ deliveryId: 'dlv_2' });
    expect(world.answers).toHaveLength(1);
    world.answers[0]?.(500);
    await waitUntil(() => world.facts.length === 2);
    expect(world.facts).toMatchObject([
      { deliveryId: 'dlv_2', fact: 'delivery.deferred', reason: 'circuit_open', attemptsMade: 0 },
      { deliveryId: 'dlv_1', fact: 'delivery.deferred', reason: 'retry', attemptsMade: 1 },
    ]);
    expect(world.answers).toHaveLength(1);
  });

  it('lets one probe through when its time has come', async () => {
    const world = new HopWorld({ maxInFlight: 10 }, circuit);
    world.begin({ deliveryId: 'dlv_1' });
    world.answers[0]?.(500);
    await waitUntil(() => world.facts.length === 1);
    world.nowMs += 5_000;
    world.begin({ deliveryId: 'dlv_2' });
    world.begin({ deliveryId: 'dlv_3' });
    expect(world.facts[1]).toMatchObject({ deliveryId: 'dlv_3', reason: 'circuit_open' });
    world.answers[1]?.(200);
    await waitUntil(() => world.facts.length === 3);
    expect(world.facts[2]).toMatchObject({ deliveryId: 'dlv_2', fact: 'delivery.succeeded' });
    world.begin({ deliveryId: 'dlv_4' });
    expect(world.answers).toHaveLength(3);
  });
});
