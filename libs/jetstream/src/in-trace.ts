import type { DeliveryDied, EventInvalid, LogFact } from '@postel/contracts';

/** What a fact that tells of no attempt may say beside itself; older ones say nothing. */
interface InTrace {
  /** W3C Trace Context of what it belongs to. */
  readonly traceparent?: string;
}

/**
 * An end without an attempt, which would say itself where it belongs: so that the trace of its event shows when it could
 * be read.
 */
export function inTrace<Fact extends DeliveryDied | EventInvalid>(
  fact: Fact,
  traceparent: string | undefined,
): Fact & InTrace {
  return traceparent === undefined ? fact : { ...fact, traceparent };
}

/** Of the attempt that it tells of; where there was none, of what the fact was made in. */
export function traceparentOfFact(fact: LogFact & InTrace): string | undefined {
  const attempt = 'attempt' in fact ? fact.attempt : undefined;
  return attempt ? attempt.request.headers['traceparent'] : fact.traceparent;
}
