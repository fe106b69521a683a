import { describe, expect, it } from '@jest/globals';
import { backoffPolicy, type RetryPolicy } from '@postel/contracts';
import { classifyAttempt } from './classify-attempt.js';

const byDefault = backoffPolicy.parse({});
const preset: RetryPolicy = { preset: 'standard-webhooks' };

describe('classifyAttempt', () => {
  it.each([
    [200, 'succeeded'],
    [204, 'succeeded'],
    [299, 'succeeded'],
    [301, 'non_retryable'],
    [400, 'non_retryable'],
    [404, 'non_retryable'],
    [501, 'non_retryable'],
    [410, 'gone'],
    [408, 'retry'],
    [429, 'retry'],
    [503, 'retry'],
  ])('takes %i for %s by default', (status, expected) => {
    const verdict = classifyAttempt({ status }, byDefault);
    expect(verdict.kind === 'dead' ? verdict.reason : verdict.kind).toBe(expected);
  });

  it('has a verdict for every status there can be, under every policy', () => {
    const schedule: RetryPolicy = { schedule: [1] };
    const broad: RetryPolicy = { ...byDefault, retryableStatuses: [301, 404, 410, 599] };
    for (let status = 100; status <= 999; status++) {
      for (const policy of [byDefault, preset, schedule, broad]) {
        const { kind } = classifyAttempt({ status }, policy);
        expect(kind === 'succeeded').toBe(status >= 200 && status <= 299);
        if (status === 410) expect(kind).toBe('dead');
      }
      expect(classifyAttempt({ status }, schedule)).toEqual(classifyAttempt({ status }, byDefault));
    }
    expect(classifyAttempt({ status: 404 }, broad)).toEqual({ kind: 'retry' });
    expect(classifyAttempt({ status: 503 }, broad)).toEqual({ kind: 'dead', reason: 'non_retryable' });
  });

  it('retries with the preset all but success and gone', () => {
    expect(classifyAttempt({ status: 404 }, preset)).toEqual({ kind: 'retry' });
    expect(classifyAttempt({ status: 302 }, preset)).toEqual({ kind: 'retry' });
    expect(classifyAttempt({ status: 410 }, preset)).toEqual({ kind: 'dead', reason: 'gone' });
    expect(classifyAttempt({ status: 202 }, preset)).toEqual({ kind: 'succeeded' });
  });

  it('takes 410 for gone even where the policy lists it', () => {
    const verdict = classifyAttempt({ status: 410 }, { ...byDefault, retryableStatuses: [410] });
    expect(verdict).toEqual({ kind: 'dead', reason: 'gone' });
  });

  it('retries network errors and timeouts, but not an address that is not allowed', () => {
    for (const errorCode of ['timeout', 'connection_refused', 'dns_failed', 'tls_failed']) {
      expect(classifyAttempt({ errorCode }, byDefault)).toEqual({ kind: 'retry' });
    }
    expect(classifyAttempt({ errorCode: 'url_not_allowed' }, preset)).toEqual({
      kind: 'dead',
      reason: 'non_retryable',
    });
  });
});
