import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TokenBuckets } from './token-buckets.js';

describe('TokenBuckets', () => {
  it('lets a burst through, then as many as the bucket gets', () => {
    const buckets = new TokenBuckets({ perSecond: 2, burst: 3 });
    expect([1, 2, 3].map(() => buckets.take('a', 0))).toEqual([0, 0, 0]);
    expect(buckets.take('a', 0)).toBe(500);
    expect(buckets.take('a', 499)).toBeGreaterThan(0);
    expect(buckets.take('a', 501)).toBe(0);
    expect(buckets.take('b', 501)).toBe(0);
  });

  it('never lets more through than the burst and the rate allow, whenever they ask', () => {
    const gaps = fc.array(fc.nat(400), { maxLength: 200 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 20 }), (times, perSecond) => {
        const buckets = new TokenBuckets({ perSecond, burst: 5 });
        let nowMs = 1_000;
        let passed = 0;
        for (const gap of times) {
          nowMs += gap;
          if (buckets.take('a', nowMs) === 0) passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(5 + ((nowMs - 1_000) * perSecond) / 1_000 + 1e-6);
      }),
    );
  });

  it('has no limit at 0', () => {
    const buckets = new TokenBuckets({ perSecond: 0, burst: 0 });
    expect(Array.from({ length: 50 }, () => buckets.take('a', 0)).every((wait) => wait === 0)).toBe(true);
  });

  it('remembers a bounded number of keys, those that were used last', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1, maxKeys: 3 });
    for (const key of ['a', 'b', 'c', 'a', 'd']) buckets.take(key, 0);
    expect(buckets.size).toBe(3);
    expect(buckets.take('a', 0)).toBeGreaterThan(0);
    expect(buckets.take('b', 0)).toBe(0);
  });

  it('is not upset by a clock that is set back', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1 });
    buckets.take('a', 10_000);
    expect(buckets.take('a', 0)).toBe(1_000);
    expect(buckets.take('a', 1_000)).toBe(0);
  });
});
