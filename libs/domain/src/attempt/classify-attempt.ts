import type { RetryPolicy } from '@postel/contracts';
import { isRetryableStatus } from '../retry/retry-policy.js';

/** How an exchange ended: with a status, or with the code of an error (`timeout`, `connection_refused`, …). */
export type AttemptResult = { readonly status: number } | { readonly errorCode: string };

export type AttemptVerdict =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'retry' }
  | { readonly kind: 'dead'; readonly reason: 'non_retryable' | 'gone' };

/**
 * What an attempt's result means (contract: Answers of a receiver). 2xx succeeds, 410 is gone under every policy, other
 * statuses go by the policy; network errors and timeouts are retried. Whether attempts are left is not asked here.
 */
export function classifyAttempt(result: AttemptResult, policy: RetryPolicy): AttemptVerdict {
  if ('errorCode' in result) {
    // the address guard would refuse it again
    return result.errorCode === 'url_not_allowed'
      ? { kind: 'dead', reason: 'non_retryable' }
      : { kind: 'retry' };
  }
  const { status } = result;
  if (status >= 200 && status <= 299) return { kind: 'succeeded' };
  if (status === 410) return { kind: 'dead', reason: 'gone' };
  return isRetryableStatus(policy, status) ? { kind: 'retry' } : { kind: 'dead', reason: 'non_retryable' };
}
