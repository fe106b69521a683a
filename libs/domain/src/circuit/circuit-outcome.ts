import type { AttemptResult } from '../attempt/classify-attempt.js';

/** What an attempt says about whether the receiver is there. */
export type CircuitOutcome = 'success' | 'failure' | 'neutral';

/** Not the receiver's doing: the address is refused, or the request cannot be written, whether it is there or not. */
const ownErrorCodes: ReadonlySet<string> = new Set(['url_not_allowed', 'invalid_request']);

/**
 * 2xx is a success; 5xx, timeouts and network errors are failures. Every other answer is neutral: the receiver is
 * there, and says something about this delivery or its own pace (429, 408, 4xx, 410, 3xx).
 */
export function outcomeForCircuit(result: AttemptResult): CircuitOutcome {
  if ('errorCode' in result) return ownErrorCodes.has(result.errorCode) ? 'neutral' : 'failure';
  if (result.status >= 500) return 'failure';
  return result.status >= 200 && result.status <= 299 ? 'success' : 'neutral';
}
