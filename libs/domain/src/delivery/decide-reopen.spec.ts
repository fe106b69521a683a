import { describe, expect, it } from '@jest/globals';
import { putBack } from './conclude-attempt.js';
import { decideDiscard, decideReopen, type ReopenDelivery } from './decide-reopen.js';
import { conclude, evolved, pendingDelivery } from './delivery.fixture.js';
import { evolveDelivery, initialDelivery, type DeliveryState } from './delivery-state.js';

describe('decideReopen', () => {
  const command: ReopenDelivery = { by: 'retry', actor: 'admin', nowMs: 50 };
  const dead = () => evolved(conclude({ status: 404 }));
  const code = (
    state: DeliveryState,
    by: ReopenDelivery['by'] = 'retry',
    endpoint: 'active' | 'paused' | 'disabled' | 'deleted' = 'active',
  ) => {
    const decision = decideReopen({ ...command, by }, state, endpoint);
    return decision.ok ? 'ok' : decision.refusal.code;
  };

  it('reopens what is over, now, with a fresh retry policy', () => {
    const decision = decideReopen(command, dead(), 'active');
    expect(decision).toMatchObject({
      ok: true,
      fact: {
        fact: 'delivery.reopened',
        hop: 1,
        attemptsMade: 1,
        attemptsBeforeReopen: 1,
        dueAtMs: 50,
        lane: 'retry',
      },
    });
    if (!decision.ok) return;
    expect(evolveDelivery(dead(), decision.fact)).toMatchObject({ status: 'retrying', lastStatus: 404 });
    expect(putBack(decision.fact)).toMatchObject({ hop: 2, attemptsMade: 1, attemptsBeforeReopen: 1 });
    expect(decideReopen({ ...command, by: 'redrive' }, dead(), 'active')).toMatchObject({
      fact: { lane: 'bulk' },
    });
    expect(code(evolved(conclude({ status: 200 })))).toBe('ok');
  });

  it('refuses what is under way, unknown, or has no active endpoint', () => {
    expect(code(pendingDelivery())).toBe('delivery_not_finished');
    expect(code(evolved(conclude({ status: 503 })))).toBe('delivery_not_finished');
    expect(code(initialDelivery)).toBe('delivery_not_found');
    expect(code(dead(), 'retry', 'paused')).toBe('endpoint_not_active');
    expect(code(dead(), 'redrive', 'disabled')).toBe('endpoint_not_active');
    expect(code(dead(), 'retry', 'deleted')).toBe('endpoint_not_found');
  });

  it('retries what was discarded, but does not redrive it', () => {
    const discard = decideDiscard(dead(), 'admin', 60);
    if (!discard.ok) throw new Error(discard.refusal.code);
    const discarded = evolveDelivery(dead(), discard.fact);
    expect(discarded).toMatchObject({ status: 'discarded', completedAtMs: 60 });
    expect(code(discarded, 'redrive')).toBe('dead_letter_not_found');
    expect(code(discarded, 'retry')).toBe('ok');
    expect(decideDiscard(discarded, 'admin', 61)).toMatchObject({
      ok: false,
      refusal: { code: 'dead_letter_not_found' },
    });
  });
});
