import type { AttemptRecord, LogFact } from '@postel/contracts';

/**
 * A fact of an event that was erased, without what may repeat its payload: what receivers answered, and what was said
 * about bytes that were not understood or could not be converted. All that figures are made of stays.
 */
export function withoutPayload<Fact extends LogFact>(fact: Fact): Fact {
  if (fact.fact === 'event.invalid') return { ...fact, message: '' };
  const attempt: AttemptRecord | undefined = 'attempt' in fact ? fact.attempt : undefined;
  const bare = attempt?.response
    ? { ...fact, attempt: { ...attempt, response: { ...attempt.response, headers: {}, body: '' } } }
    : fact;
  if (bare.fact !== 'delivery.died' || bare.reason !== 'poison' || bare.lastError === null) return bare;
  return { ...bare, lastError: { ...bare.lastError, message: '' } };
}
