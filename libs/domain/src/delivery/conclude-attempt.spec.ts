import { describe, expect, it } from '@jest/globals';
import type { DeliveryMeta } from '@postel/contracts';
import { concludeAttempt, deferWithoutAttempt, putBack } from './conclude-attempt.js';
import { attempt, conclude, meta, policy } from './delivery.fixture.js';
import { deliveryIdOf } from './delivery-id.js';

describe('concludeAttempt', () => {
  it('makes a success of 2xx', () => {
    expect(conclude({ status: 204 })).toMatchObject({
      fact: 'delivery.succeeded',
      hop: 1,
      attemptsMade: 1,
      atMs: 1_000,
      acceptedAtMs: 100,
      attempt: { number: 1, outcome: 'succeeded' },
    });
  });

  it('defers what may be retried, on the lane of retries', () => {
    expect(conclude({ status: 503 })).toMatchObject({
      fact: 'delivery.deferred',
      reason: 'retry',
      dueAtMs: 2_000,
      lane: 'retry',
      attemptsMade: 1,
      attempt: { outcome: 'retry' },
    });
    expect(conclude({ error: 'timeout' }, { attemptsMade: 1 })).toMatchObject({
      dueAtMs: 3_000,
      attemptsMade: 2,
    });
    expect(conclude({ status: 503, retryAfter: '60' })).toMatchObject({ dueAtMs: 61_000 });
    expect(conclude({ status: 503, retryAfter: 'soon' })).toMatchObject({ dueAtMs: 2_000 });
  });

  it('takes an answer that broke off for its error', () => {
    expect(conclude({ status: 200, error: 'timeout' })).toMatchObject({ fact: 'delivery.deferred' });
  });

  it('ends with the reason and how it ended', () => {
    expect(conclude({ status: 503 }, { attemptsMade: 2 })).toMatchObject({
      fact: 'delivery.died',
      reason: 'exhausted',
      attemptsMade: 3,
      lastStatus: 503,
      lastError: null,
      attempt: { outcome: 'dead' },
    });
    expect(conclude({ status: 404 })).toMatchObject({ reason: 'non_retryable', lastStatus: 404 });
    expect(conclude({ status: 410 })).toMatchObject({ reason: 'gone' });
    expect(conclude({ error: 'url_not_allowed' })).toMatchObject({
      reason: 'non_retryable',
      lastStatus: null,
      lastError: { code: 'url_not_allowed' },
    });
  });

  it('counts the retry policy from the last reopening', () => {
    const reopened = { attemptsMade: 3, attemptsBeforeReopen: 3, hop: 4 };
    expect(conclude({ status: 503 }, reopened)).toMatchObject({
      fact: 'delivery.deferred',
      attemptsMade: 4,
      dueAtMs: 2_000,
    });
    expect(conclude({ status: 503 }, { ...reopened, attemptsMade: 5 })).toMatchObject({
      reason: 'exhausted',
    });
  });
});

describe('putBack', () => {
  it('is the same delivery, one hop later', () => {
    const fact = conclude({ status: 503 });
    if (fact.fact !== 'delivery.deferred') throw new Error(fact.fact);
    expect(putBack(fact)).toEqual({ ...meta, hop: 2, attemptsMade: 1 });
  });
});

describe('the trace of a delivery', () => {
  const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-';
  const traceparent = `${trace}00f067aa0ba902b7-01`;
  const nextAfter = (sent: string | undefined, from: Partial<DeliveryMeta>) => {
    const headers: Record<string, string> = sent === undefined ? {} : { traceparent: sent };
    const made = attempt(1, { status: 503 });
    const request = { ...made.request, headers };
    const at = { ...meta, ...from };
    const fact = concludeAttempt({ meta: at, attempt: { ...made, request }, policy, random: 0, nowMs: 1 });
    if (fact.fact !== 'delivery.deferred') throw new Error(fact.fact);
    const { formerAttempt, traceparent } = putBack(fact);
    return { formerAttempt, traceparent };
  };

  it('goes on with the next hop, which knows the attempt before', () => {
    const sent = `${trace}b7ad6b7169203331-01`;
    expect(nextAfter(sent, { traceparent })).toEqual({ traceparent, formerAttempt: sent });
    expect(nextAfter(sent, { traceparent, formerAttempt: 'an older one' }).formerAttempt).toBe(sent);
  });

  it('names no attempt that nobody records', () => {
    expect(nextAfter(`${trace}b7ad6b7169203331-00`, { traceparent }).formerAttempt).toBeUndefined();
    // without tracing, the receiver is told what the producer said
    expect(nextAfter(traceparent, { traceparent })).toEqual({ traceparent, formerAttempt: undefined });
    expect(nextAfter(undefined, {})).toEqual({ traceparent: undefined, formerAttempt: undefined });
  });

  it('survives a wait without an attempt', () => {
    const at = { ...meta, traceparent, formerAttempt: traceparent };
    const fact = deferWithoutAttempt({ meta: at, reason: 'busy', dueAtMs: 5, lane: 'retry', nowMs: 1 });
    expect(putBack(fact)).toMatchObject({ traceparent, formerAttempt: traceparent });
  });
});

describe('deliveryIdOf', () => {
  it('is the same for the same event and endpoint, and another for any other', () => {
    const id = deliveryIdOf('evt_1', 7, 'ep_1');
    expect(id).toMatch(/^dlv_[A-Za-z0-9_-]{24}$/);
    expect(deliveryIdOf('evt_1', 7, 'ep_1')).toBe(id);
    const others = [
      deliveryIdOf('evt_2', 7, 'ep_1'),
      deliveryIdOf('evt_1', 8, 'ep_1'),
      deliveryIdOf('evt_1', 7, 'ep_2'),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });

  it('is in the order of events', () => {
    const ids = [1, 35, 36, 1_295, 1_296, 10 ** 9, 10 ** 12].map((seq) => deliveryIdOf('evt_1', seq, 'ep_1'));
    expect(ids.toSorted()).toEqual(ids);
  });
});
