import { describe, expect, it } from '@jest/globals';
import { backoffPolicy, type RetryPolicy } from '@postel/contracts';
import fc from 'fast-check';
import { isRetryableStatus, maxAttempts, nextRetryDelayMs, rescheduleDelays } from './retry-policy.js';

const byDefault = backoffPolicy.parse({});
const preset: RetryPolicy = { preset: 'standard-webhooks' };
const hour = 3_600_000;

function waits(policy: RetryPolicy, random: number): (number | null)[] {
  return Array.from({ length: maxAttempts(policy) }, (_, index) =>
    nextRetryDelayMs(policy, { attemptsMade: index + 1, random }),
  );
}

describe('nextRetryDelayMs', () => {
  it('waits 1, 2, 4 and 8 s by default, each plus up to 25 %', () => {
    expect(waits(byDefault, 0)).toEqual([1_000, 2_000, 4_000, 8_000, null]);
    expect(waits(byDefault, 1)).toEqual([1_250, 2_500, 5_000, 10_000, null]);
  });

  it('waits what Standard Webhooks recommends with the preset', () => {
    expect(waits(preset, 1)).toEqual([
      5_000,
      300_000,
      hour / 2,
      2 * hour,
      5 * hour,
      10 * hour,
      14 * hour,
      20 * hour,
      24 * hour,
      null,
    ]);
  });

  it('waits what a schedule says, whose length decides', () => {
    expect(waits({ schedule: [5_000, 0, 7] }, 1)).toEqual([5_000, 0, 7, null]);
  });

  it('keeps every wait within its policy', () => {
    const policies = fc.record({
      maxAttempts: fc.integer({ min: 1, max: 100 }),
      initialDelayMs: fc.integer({ min: 1, max: 86_400_000 }),
      multiplier: fc.double({ min: 1, max: 100, noNaN: true }),
      maxDelayMs: fc.integer({ min: 1, max: 604_800_000 }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      retryableStatuses: fc.constant<number[]>([503]),
    });
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        policies,
        random,
        fc.option(fc.nat(), { nil: undefined }),
        (policy, drawn, retryAfterMs) => {
          for (let attemptsMade = 1; attemptsMade < policy.maxAttempts; attemptsMade++) {
            const base = Math.min(
              policy.initialDelayMs * policy.multiplier ** (attemptsMade - 1),
              policy.maxDelayMs,
            );
            const wait = nextRetryDelayMs(policy, { attemptsMade, random: drawn }) ?? -1;
            expect(Number.isSafeInteger(wait)).toBe(true);
            expect(wait).toBeGreaterThanOrEqual(Math.floor(base));
            expect(wait).toBeLessThanOrEqual(Math.ceil(base * (1 + policy.jitter)));
            if (retryAfterMs === undefined) continue;
            const asked = nextRetryDelayMs(policy, { attemptsMade, random: drawn, retryAfterMs }) ?? -1;
            expect(asked).toBe(Math.min(Math.max(wait, retryAfterMs), policy.maxDelayMs));
          }
          expect(nextRetryDelayMs(policy, { attemptsMade: policy.maxAttempts, random: drawn })).toBeNull();
        },
      ),
    );
  });

  it('waits the longer of backoff and Retry-After, at most the longest wait allowed', () => {
    const after = (policy: RetryPolicy, retryAfterMs: number) =>
      nextRetryDelayMs(policy, { attemptsMade: 1, random: 0, retryAfterMs });
    expect(after(byDefault, 0)).toBe(1_000);
    expect(after({ ...byDefault, initialDelayMs: 90_000, maxDelayMs: 60_000 }, 0)).toBe(60_000);
    expect(after(byDefault, 60_000)).toBe(60_000);
    expect(after(byDefault, 2 * hour)).toBe(hour);
    expect(after(preset, 30 * hour)).toBe(24 * hour);
    expect(after({ schedule: [1_000] }, 2 * hour)).toBe(hour);
    expect(after({ schedule: [1_000, 3 * hour] }, 9 * hour)).toBe(3 * hour);
  });
});

describe('rescheduleDelays', () => {
  it('gives the wait after each attempt but the last', () => {
    expect(rescheduleDelays(byDefault)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(rescheduleDelays({ schedule: [5_000, 0, 7] })).toEqual([5_000, 0, 7]);
    expect(rescheduleDelays(preset)).toHaveLength(9);
    expect(rescheduleDelays({ ...byDefault, maxAttempts: 1 })).toEqual([]);
    expect(rescheduleDelays({ ...byDefault, multiplier: 1.5, maxDelayMs: 2_000 })).toEqual([
      1_000, 1_500, 2_000, 2_000,
    ]);
  });

  it('says what nextRetryDelayMs says without jitter, with numbers that are none too large', () => {
    const steep: RetryPolicy = {
      ...byDefault,
      maxAttempts: 100,
      multiplier: 100,
      initialDelayMs: 86_400_000,
    };
    for (const policy of [byDefault, preset, steep, { schedule: [1, 2] }]) {
      const delays = rescheduleDelays(policy);
      expect(delays).toHaveLength(maxAttempts(policy) - 1);
      delays.forEach((delayMs, index) =>
        expect(nextRetryDelayMs(policy, { attemptsMade: index + 1, random: 0 })).toBe(delayMs),
      );
      expect(delays.every((delayMs) => Number.isSafeInteger(delayMs))).toBe(true);
    }
  });
});

describe('isRetryableStatus', () => {
  it('goes by the policy, except for success and gone', () => {
    const all = Array.from({ length: 400 }, (_, index) => 200 + index);
    const retried = (policy: RetryPolicy) => all.filter((status) => isRetryableStatus(policy, status));
    const listed = [408, 429, 500, 502, 503, 504];
    expect(retried(byDefault)).toEqual(listed);
    expect(retried({ schedule: [1] })).toEqual(listed);
    expect(retried({ ...byDefault, retryableStatuses: [404, 410] })).toEqual([404]);
    expect(retried(preset)).toEqual(all.filter((status) => status >= 300 && status !== 410));
  });
});
