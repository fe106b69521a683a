import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maxAttempts } from '../retry/retry-policy.js';
import { pendingDelivery, policy } from './delivery.fixture.js';
import { lives } from './delivery-lives.fixture.js';
import { evolveDelivery } from './delivery-state.js';

describe('the life of a delivery', () => {
  it('counts attempts one by one, ends each hop once, and stays within the retry policy', () => {
    fc.assert(
      fc.property(lives, (facts) => {
        const hopEnds = facts.filter(
          ({ fact }) => !['delivery.reopened', 'delivery.discarded'].includes(fact),
        );
        expect(hopEnds.map(({ hop }) => hop)).toEqual(hopEnds.map((_, index) => index + 1));
        const numbers = facts.flatMap((fact) =>
          'attempt' in fact && fact.attempt ? [fact.attempt.number] : [],
        );
        expect(numbers).toEqual(numbers.map((_, index) => index + 1));
        for (const fact of facts) {
          expect(fact.attemptsMade - fact.attemptsBeforeReopen).toBeGreaterThanOrEqual(0);
          expect(fact.attemptsMade - fact.attemptsBeforeReopen).toBeLessThanOrEqual(maxAttempts(policy));
        }
        const ids = facts.map(({ deliveryId, hop, fact }) => `${deliveryId}:${hop}:${fact}`);
        expect(new Set(ids).size).toBe(facts.length);
      }),
    );
  });

  it('ends in the same state when facts come twice or late', () => {
    fc.assert(
      fc.property(lives, fc.infiniteStream(fc.nat(3)), (facts, echoes) => {
        const once = facts.reduce(evolveDelivery, pendingDelivery());
        let state = pendingDelivery();
        facts.forEach((fact, index) => {
          state = evolveDelivery(state, fact);
          const back = echoes.next().value as number;
          // facts of one hop and after it, again and in their order
          for (const late of facts.slice(Math.max(0, index - back), index + 1)) {
            if (late.hop < fact.hop || late === fact) state = evolveDelivery(state, late);
          }
        });
        expect(state).toEqual(once);
      }),
    );
  });
});
