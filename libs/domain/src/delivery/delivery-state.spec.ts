import { describe, expect, it } from '@jest/globals';
import type { DeliveryFact } from '@postel/contracts';
import { deferWithoutAttempt, dieWithoutAttempt } from './conclude-attempt.js';
import { decideReopen } from './decide-reopen.js';
import { attempt, conclude, evolved, meta, pendingDelivery } from './delivery.fixture.js';
import { evolveDelivery, initialDelivery } from './delivery-state.js';

describe('evolveDelivery', () => {
  it('stays pending as long as nothing was attempted', () => {
    expect(pendingDelivery()).toMatchObject({ status: 'pending', attempts: 0, nextAttemptAtMs: null });
    const waiting = deferWithoutAttempt({ meta, reason: 'busy', dueAtMs: 5, lane: 'delivery', nowMs: 1 });
    expect(evolved(waiting)).toMatchObject({ status: 'pending', hop: 1, nextAttemptAtMs: 5 });
  });

  it.each(['paused', 'ordering', 'circuit_open'] as const)('knows no time while %s', (reason) => {
    const waiting = deferWithoutAttempt({ meta, reason, dueAtMs: 5, lane: 'delivery', nowMs: 1 });
    expect(evolved(waiting)).toMatchObject({ status: 'pending', nextAttemptAtMs: null });
  });

  it('lets a success win over what another owner made of the hop, or of later ones', () => {
    const success = conclude({ status: 200 });
    const retry = conclude({ status: 503 });
    const death = conclude({ status: 404 });
    const later = conclude({ status: 503 }, { hop: 2, attemptsMade: 1 });
    for (const facts of [
      [success, retry],
      [retry, success],
      [death, success],
      [success, retry, later],
      [retry, later, success],
    ]) {
      expect(evolved(...facts)).toMatchObject({ status: 'succeeded', lastStatus: 200, completedAtMs: 1_000 });
    }
    expect(evolved(retry, later, success)).toMatchObject({ hop: 2, attempts: 2 });
  });

  it('lets the first of a hop count, otherwise', () => {
    const retry = conclude({ status: 503 });
    const death = conclude({ status: 404 });
    expect(evolved(retry, death)).toMatchObject({ status: 'retrying' });
    expect(evolved(death, retry)).toMatchObject({ status: 'dead' });
  });

  it('does not take back a reopening for a success from before it', () => {
    const success = conclude({ status: 200 });
    const decision = decideReopen({ by: 'retry', actor: 'x', nowMs: 5 }, evolved(success), 'active');
    if (!decision.ok) throw new Error(decision.refusal.code);
    expect(evolved(success, decision.fact, success)).toMatchObject({ status: 'retrying' });
  });

  it('remembers its number, so that a reopening tells it', () => {
    const ordering = { key: 'k', sequence: 3 };
    const state = evolved(
      deferWithoutAttempt({
        meta: { ...meta, ordering: { key: 'k' } },
        reason: 'ordering',
        dueAtMs: 0,
        lane: 'delivery',
        nowMs: 1,
      }),
      conclude({ status: 404 }, { hop: 2, ordering }),
    );
    expect(decideReopen({ by: 'retry', actor: 'x', nowMs: 5 }, state, 'active')).toMatchObject({
      fact: { ordering },
    });
  });

  it('follows an attempt', () => {
    const retry = conclude({ status: 503 });
    expect(evolved(retry)).toMatchObject({
      status: 'retrying',
      attempts: 1,
      lastStatus: 503,
      nextAttemptAtMs: 2_000,
    });
    const death = conclude({ error: 'timeout' }, { hop: 2, attemptsMade: 2 });
    expect(evolved(retry, death)).toMatchObject({
      status: 'dead',
      reason: 'exhausted',
      lastStatus: null,
      lastError: { code: 'timeout' },
      completedAtMs: 1_000,
      nextAttemptAtMs: null,
    });
  });

  it('has the URL that its last attempt went to, whatever became of it since', () => {
    const failure = conclude({ status: 503 });
    const request = { url: 'https://example.com/moved', headers: {} };
    const moved = { ...failure, attempt: { ...attempt(1, { status: 503 }), outcome: 'retry', request } };
    expect(pendingDelivery()).toMatchObject({ url: 'https://example.com/' });
    const death = dieWithoutAttempt({ ...meta, hop: 2, attemptsMade: 1 }, 'endpoint_deleted', 9);
    expect(evolved(moved as DeliveryFact, death)).toMatchObject({ url: request.url });
    expect(evolveDelivery(initialDelivery, death)).toMatchObject({ url: null });
  });

  it('remembers how the last attempt ended when it dies without another', () => {
    const death = dieWithoutAttempt({ ...meta, hop: 2, attemptsMade: 1 }, 'endpoint_deleted', 9);
    expect(evolved(conclude({ status: 503 }), death)).toMatchObject({
      reason: 'endpoint_deleted',
      lastStatus: 503,
    });
  });

  it('reads an outcome that comes before the fan-out', () => {
    expect(evolveDelivery(initialDelivery, conclude({ status: 200 }))).toMatchObject({ status: 'succeeded' });
  });
});
