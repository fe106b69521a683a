import { describe, expect, it } from '@jest/globals';
import { type DeliveryFact, type DeliveryMeta } from '@postel/contracts';
import fc from 'fast-check';
import { maxAttempts } from '../retry/retry-policy.js';
import { concludeAttempt, deferWithoutAttempt, dieWithoutAttempt, putBack } from './conclude-attempt.js';
import { decideDiscard, decideReopen } from './decide-reopen.js';
import { attempt, meta, pendingDelivery, policy } from './delivery.fixture.js';
import { evolveDelivery, type DeliveryState } from './delivery-state.js';

type Step = 'ok' | 'fail' | 'bad' | 'pause' | 'die' | 'retry' | 'redrive' | 'discard';

/** A life of a delivery as the services lead it: the next message is the put-back of the last fact. */
function lead(steps: readonly Step[]): DeliveryFact[] {
  const facts: DeliveryFact[] = [];
  let state = pendingDelivery();
  let message: DeliveryMeta | null = meta;
  const record = (fact: DeliveryFact) => {
    facts.push(fact);
    state = evolveDelivery(state, fact);
    message = fact.fact === 'delivery.deferred' || fact.fact === 'delivery.reopened' ? putBack(fact) : null;
  };
  for (const step of steps) {
    const fact = message ? hopFact(step, message) : finishedFact(step, state);
    if (fact) record(fact);
  }
  return facts;
}

function hopFact(step: Step, at: DeliveryMeta): DeliveryFact | null {
  if (step === 'pause')
    return deferWithoutAttempt({ meta: at, reason: 'paused', dueAtMs: 1, lane: 'delivery', nowMs: 1 });
  if (step === 'die') return dieWithoutAttempt(at, 'endpoint_deleted', 1);
  const status = { ok: 200, fail: 503, bad: 404 }[step as 'ok' | 'fail' | 'bad'];
  if (status === undefined) return null;
  return concludeAttempt({
    meta: at,
    attempt: attempt(at.attemptsMade + 1, { status }),
    policy,
    random: 0,
    nowMs: 1,
  });
}

function finishedFact(step: Step, state: DeliveryState): DeliveryFact | null {
  if (step === 'discard') {
    const decision = decideDiscard(state, 'admin', 1);
    return decision.ok ? decision.fact : null;
  }
  if (step !== 'retry' && step !== 'redrive') return null;
  const decision = decideReopen({ by: step, actor: 'x', nowMs: 1 }, state, 'active');
  return decision.ok ? decision.fact : null;
}

const lives = fc
  .array(fc.constantFrom<Step>('ok', 'fail', 'fail', 'bad', 'pause', 'die', 'retry', 'redrive', 'discard'), {
    maxLength: 40,
  })
  .map(lead);

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
