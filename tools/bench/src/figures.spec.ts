import { describe, expect, test } from '@jest/globals';
import { cpuMicrosEach, median, percentile, perSecond, ratio, summariseLatency } from './figures.js';

describe('figures', () => {
  test('a percentile is the smallest value that so many are at or below', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(percentile(hundred, 50)).toBe(50);
    expect(percentile(hundred, 99)).toBe(99);
    expect(percentile(hundred, 100)).toBe(100);
    expect(percentile([7], 1)).toBe(7);
    expect(() => percentile([], 50)).toThrow(RangeError);
  });

  test('latencies are summarised in numeric order, whatever order they came in', () => {
    expect(summariseLatency([100, 9, 20])).toEqual({ count: 3, p50Ms: 20, p99Ms: 100, maxMs: 100 });
    expect(summariseLatency([])).toBeNull();
  });

  test('a median is the one in the middle', () => {
    expect(median([30, 1, 2])).toBe(2);
    expect(median([2, 100])).toBe(100);
    expect(median([])).toBe(0);
  });

  test('rates and ratios of nothing are 0, not infinite', () => {
    expect(perSecond(500, 250)).toBe(2_000);
    expect(perSecond(500, 0)).toBe(0);
    expect(ratio(3, 12)).toBe(0.25);
    expect(ratio(3, 0)).toBe(0);
    expect(cpuMicrosEach(1.5, 30_000)).toBe(50);
    expect(cpuMicrosEach(1.5, 0)).toBe(0);
  });
});
