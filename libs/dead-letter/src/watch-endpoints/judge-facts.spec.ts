import { describe, expect, it } from '@jest/globals';
import {
  deadLetterReasons,
  defaultAlertThresholds,
  encodeFacts,
  factSubject,
  type DeliveryDied,
  type DeliverySucceeded,
  type EndpointState,
} from '@postel/contracts';
import type { AlertState } from '@postel/domain';
import { isToRead, judgeFacts, watchedFacts, type WatchedEndpoint } from './judge-facts.js';

const about = { v: 1, tenant: 'acme', endpointId: 'ep_1', hop: 1 } as const;

function died(n: number, changes: Partial<DeliveryDied> = {}): DeliveryDied {
  const base = { ...about, fact: 'delivery.died', reason: 'non_retryable', deliveryId: `dlv_${n}`, atMs: n };
  return { ...base, attempt: {}, ...changes } as unknown as DeliveryDied;
}

function succeeded(n: number, changes: Partial<DeliverySucceeded> = {}): DeliverySucceeded {
  const base = { ...about, fact: 'delivery.succeeded', deliveryId: `dlv_${n}`, atMs: n, afterFailure: true };
  return { ...base, ...changes } as unknown as DeliverySucceeded;
}

function watching(changes: Partial<WatchedEndpoint['context']> = {}): () => WatchedEndpoint {
  const context = { isDisabled: false, enabledAtMs: 0, changedAtMs: 0, thresholds: defaultAlertThresholds };
  return () => ({ endpoint: {} as EndpointState, context: { ...context, ...changes } });
}

const many = (count: number, from = 1) => Array.from({ length: count }, (_, n) => died(from + n));

describe('judgeFacts', () => {
  it('comes to the same in one batch as in many', () => {
    const facts = [...many(12), succeeded(20), ...many(101, 30)];
    const whole = judgeFacts(facts, new Map(), watching());
    const kinds = whole.effects.map(({ effect }) => (effect as { kind: string }).kind);
    expect(kinds).toEqual(['failing', 'recovered', 'failing', 'disable']);
    const states = new Map<string, AlertState>();
    const effects = facts.flatMap((fact) => {
      const part = judgeFacts([fact], states, watching());
      for (const { endpointId, state } of part.alerts) states.set(endpointId, state as AlertState);
      return part.effects;
    });
    expect(effects).toEqual(whole.effects);
    expect(whole.alerts).toMatchObject([
      { endpointId: 'ep_1', tenant: 'acme', failing: true, lastAtMs: 130 },
    ]);
  });

  it('keeps nothing of an endpoint that only succeeds, or that is gone', () => {
    expect(judgeFacts([succeeded(1)], new Map(), watching()).alerts).toEqual([]);
    expect(judgeFacts(many(20), new Map(), () => null)).toEqual({ alerts: [], effects: [] });
  });

  it('writes nothing for a fact that it knows', () => {
    const { alerts } = judgeFacts([died(1)], new Map(), watching());
    const known = new Map([['ep_1', alerts[0]?.state as AlertState]]);
    expect(judgeFacts([died(1)], known, watching()).alerts).toEqual([]);
  });
});

describe('watchedFacts', () => {
  it('takes what says something of the endpoint', () => {
    const facts = deadLetterReasons.map((reason) => ({ fact: died(1, { reason }) }));
    const counted = watchedFacts(facts).map((fact) => (fact as DeliveryDied).reason);
    expect(counted).toEqual(['exhausted', 'non_retryable', 'gone', 'expired']);
    const { afterFailure: _mark, ...plain } = succeeded(1);
    expect(watchedFacts([{ fact: plain }, { fact: succeeded(2) }])).toEqual([succeeded(2)]);
  });
});

describe('isToRead', () => {
  const message = (facts: readonly (DeliveryDied | DeliverySucceeded)[]) => ({
    subject: factSubject(facts[0] as DeliveryDied),
    payload: encodeFacts(facts),
  });

  it('passes over successes without a mark, whatever a receiver has answered', () => {
    const { afterFailure: _mark, ...plain } = succeeded(1, { hop: 2 });
    const body = '{"afterFailure":true}';
    const answered = { ...plain, attempt: { response: { body } } } as unknown as DeliverySucceeded;
    expect(isToRead(message([plain, answered]))).toBe(false);
    expect(isToRead(message([plain, succeeded(2)]))).toBe(true);
    expect(isToRead(message([died(1)]))).toBe(true);
  });
});
