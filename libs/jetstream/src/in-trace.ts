import type { DeliveryDied, EventInvalid, LogFact } from '@postel/contracts';

/**
 * An end without an attempt, which would say itself where it belongs: so that the trace of its event shows when it could
 * be read.
 */
export function inTrace<Fact extends DeliveryDied | EventInvalid>(
  fact: Fact,
  traceparent: string | undefined,
): Fact {
  return traceparent === undefined ? fact : { ...fact, traceparent };
}

/** Of the attempt that it tells of; where there was none, of what the fact was made in. */
export function traceparentOfFact(fact: LogFact): string | undefined {
  const attempt = 'attempt' in fact ? fact.attempt : undefined;
  if (attempt) return attempt.request.headers['traceparent'];
  return 'traceparent' in fact ? fact.traceparent : undefined;
}
