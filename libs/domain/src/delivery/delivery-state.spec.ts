import { describe, expect, it } from '@jest/globals';
import { deferWithoutAttempt, dieWithoutAttempt } from './conclude-attempt.js';
import { conclude, evolved, meta, pendingDelivery } from './delivery.fixture.js';
import { evolveDelivery, initialDelivery } from './delivery-state.js';

describe('evolveDelivery', () => {
  it('stays pending as long as nothing was attempted', () => {
    expect(pendingDelivery()).toMatchObject({ status: 'pending', attempts: 0, nextAttemptAtMs: null });
    const waiting = deferWithoutAttempt({ meta, reason: 'paused', dueAtMs: 5, lane: 'delivery', nowMs: 1 });
    expect(evolved(waiting)).toMatchObject({ status: 'pending', hop: 1, nextAttemptAtMs: 5 });
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
