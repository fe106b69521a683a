import { describe, expect, it } from '@jest/globals';
import type { DeliveryFact, EndpointState } from '@postel/contracts';
import { waitUntil } from '@postel/testing';
import { HopWorld } from './hop.fixture.js';

const circuit = { failures: 1, overMs: 0, forgetAfterMs: 60_000, openMs: 5_000, maxOpenMs: 5_000 };

function waitOf(fact: DeliveryFact, nowMs: number): readonly [string, number] {
  return fact.fact === 'delivery.deferred' ? [fact.reason, fact.dueAtMs - nowMs] : [fact.fact, 0];
}

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

  it('probes no receiver that the owner before still probes', async () => {
    const world = new HopWorld({ maxInFlight: 10 }, circuit);
    world.circuit = { openedAtMs: 0, probeAtMs: world.nowMs, failedProbes: 0 };
    world.admission.changeElsewhere(new Map([['ep_1', 1]]), world.nowMs);
    world.begin({ deliveryId: 'dlv_1' });
    await waitUntil(() => world.facts.length === 1);
    expect(world.facts).toMatchObject([{ fact: 'delivery.deferred', reason: 'circuit_open' }]);
    world.admission.changeElsewhere(new Map(), world.nowMs);
    world.begin({ deliveryId: 'dlv_2' });
    expect(world.answers).toHaveLength(1);
  });

  it('sends nothing of an event that was erased, not even what waited for a place', async () => {
    const world = new HopWorld({ maxInFlight: 1 });
    world.begin({ deliveryId: 'dlv_1', eventSeq: 1 });
    world.begin({ deliveryId: 'dlv_2', eventSeq: 2 });
    world.erasedSeqs.add(2).add(3);
    world.begin({ deliveryId: 'dlv_3', eventSeq: 3 });
    world.answers[0]?.(200);
    await waitUntil(() => world.facts.length === 3);
    expect(world.answers).toHaveLength(1);
    const died = { fact: 'delivery.died', reason: 'event_erased', attemptsMade: 0 };
    expect(world.facts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ deliveryId: 'dlv_1', fact: 'delivery.succeeded' }),
        expect.objectContaining({ deliveryId: 'dlv_2', ...died }),
        expect.objectContaining({ deliveryId: 'dlv_3', ...died }),
      ]),
    );
  });

  it('holds no room for a put-back that has come, whatever ended it', () => {
    const world = new HopWorld({ maxInFlight: 1 });
    const before = world.room();
    world.admission.expecting('ep_1', 3, world.nowMs);
    expect(world.room()).toBe(before - 3);
    world.erasedSeqs.add(1);
    world.begin({ deliveryId: 'dlv_1', hop: 2, eventSeq: 1 });
    world.endpoint = { ...world.endpoint, status: 'paused' };
    world.begin({ deliveryId: 'dlv_2', hop: 2, eventSeq: 2 });
    world.endpoint = { ...world.endpoint, status: 'disabled', disabledReason: 'manual' };
    world.begin({ deliveryId: 'dlv_3', hop: 2, eventSeq: 3 });
    expect(world.facts.map(({ fact }) => fact)).toEqual([
      'delivery.died',
      'delivery.deferred',
      'delivery.died',
    ]);
    expect(world.room()).toBe(before);
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

  it('leaves no backlog due in a minute of a receiver that may recover in a second', async () => {
    const world = new HopWorld({ maxInFlight: 1 });
    world.begin();
    world.nowMs += 30_000; // it hangs
    for (let n = 0; n < 10; n++) world.begin({ deliveryId: `dlv_${n}` });
    world.nowMs += 1_000;
    world.admission.sweep(world.nowMs, { isSaturated: false });
    const waits = world.facts.map((fact) => waitOf(fact, world.nowMs));
    expect(waits.length).toBeGreaterThan(5);
    for (const [reason, waitMs] of waits) {
      expect(reason).toBe('busy');
      expect(waitMs).toBeLessThanOrEqual(2_000);
    }
  });

  it('leaves no backlog due in minutes of a rate that may be raised at any time', async () => {
    const world = new HopWorld({ rateLimit: { max: 1, perSeconds: 60 }, createdAtMs: 1_000_000 });
    for (let n = 0; n < 10; n++) world.begin({ deliveryId: `dlv_${n}` });
    expect(world.answers).toHaveLength(1);
    const waits = world.facts.map((fact) => waitOf(fact, world.nowMs));
    expect(waits).toEqual(Array.from({ length: 9 }, () => ['rate_limited', 1_000]));
  });

  it.each([
    ['disabled', 'endpoint_disabled'],
    ['active', 'retry'],
  ] as const)('waits no more once its endpoint is %s after the attempt', async (status, reason) => {
    const world = new HopWorld({ retry: { schedule: [60_000] } });
    world.begin();
    world.endpoint = { ...world.endpoint, status, retry: { schedule: [5_000] } } as EndpointState;
    world.answers[0]?.(503);
    await waitUntil(() => world.facts.length === 1);
    expect(world.facts[0]).toMatchObject({
      fact: 'delivery.deferred',
      attempt: { outcome: 'retry' },
      dueAtMs: world.nowMs + (status === 'disabled' ? 0 : 5_000),
    });
    // it comes back, and finds out
    if (status === 'disabled') world.begin({ hop: 2, attemptsMade: 1 });
    expect(world.facts.at(-1)).toMatchObject({ reason });
  });

  it('hands back what is broken off because this process ends, and takes it for no failure', async () => {
    const world = new HopWorld({ retry: { schedule: [60_000] } }, circuit);
    world.begin();
    world.isBreakingOff = true;
    world.answers[0]?.('broken');
    await waitUntil(() => world.handedBack === 1);
    expect(world.facts).toEqual([]);
    world.isBreakingOff = false;
    world.begin();
    expect(world.answers).toHaveLength(2);
  });

  it('ends a delivery whose own version cannot be made, without an attempt and with its place free again', async () => {
    const world = new HopWorld();
    const error = { code: 'transform_failed', message: 'no' };
    world.conversion = { ok: false, error };
    world.begin({ apiVersion: 'compact@7' });
    await settled();
    expect(world.facts).toMatchObject([
      { fact: 'delivery.died', reason: 'poison', lastError: error, attemptsMade: 0, apiVersion: 'compact@7' },
    ]);
    // the only place of the endpoint
    world.begin({ deliveryId: 'dlv_2' });
    await settled();
    expect(world.answers).toHaveLength(1);
  });

  it('sends to the URL that came while its own version was made: the headers are of that moment too', async () => {
    const world = new HopWorld();
    world.begin({ apiVersion: 'compact@7' });
    world.endpoint = { ...world.endpoint, url: 'https://moved.example.com/' };
    await settled();
    world.answers[0]?.(200);
    await waitUntil(() => world.facts.length === 1);
    expect(world.facts[0]).toMatchObject({ attempt: { request: { url: 'https://moved.example.com/' } } });
  });
});

/** What is made in a thread of its own comes a moment later. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
