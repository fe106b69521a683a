import type { DeliveryFact, DeliveryMeta } from '@postel/contracts';
import fc from 'fast-check';
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

/** The facts of one delivery, from its creation on. */
export const lives = fc
  .array(fc.constantFrom<Step>('ok', 'fail', 'fail', 'bad', 'pause', 'die', 'retry', 'redrive', 'discard'), {
    maxLength: 40,
  })
  .map(lead);
