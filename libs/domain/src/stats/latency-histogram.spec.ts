import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LatencyHistogram } from './latency-histogram.js';

const durations = fc.array(fc.double({ min: 0.1, max: 1e8, noNaN: true }), { minLength: 1, maxLength: 200 });
const shares = fc.constantFrom(0.01, 0.5, 0.95, 0.99, 1);

function histogramOf(durationsMs: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const durationMs of durationsMs) histogram.add(durationMs);
  return histogram;
}

describe('LatencyHistogram', () => {
  it('tells percentiles within 1 %', () => {
    fc.assert(
      fc.property(durations, shares, (durationsMs, share) => {
        const sorted = [...durationsMs].sort((a, b) => a - b);
        const exact = sorted[Math.ceil(share * sorted.length) - 1] as number;
        const told = histogramOf(durationsMs).percentile(share);
        expect(Math.abs(told - exact) / exact).toBeLessThan(0.0101);
      }),
    );
  });

  it('is the sum of its parts, in any order, also of parts that were stored', () => {
    fc.assert(
      fc.property(durations, durations, (some, more) => {
        const together = histogramOf([...some, ...more]).pairs();
        const merged = histogramOf(more);
        merged.merge(histogramOf(some));
        expect(merged.pairs()).toEqual(together);
        const read = LatencyHistogram.of(histogramOf(some).pairs());
        read.addPairs(histogramOf(more).pairs());
        expect(read.pairs()).toEqual(together);
      }),
    );
  });

  it('has nothing left of what was taken back', () => {
    fc.assert(
      fc.property(durations, durations, (some, more) => {
        const histogram = histogramOf([...some, ...more]);
        for (const durationMs of more) histogram.add(durationMs, -1);
        expect(histogram.pairs()).toEqual(histogramOf(some).pairs());
      }),
    );
  });

  it('takes whatever a clock may say', () => {
    const histogram = histogramOf([0, -5, NaN, Infinity, 1e300]);
    expect(histogram.percentile(0.5)).toBe(0.1);
    expect(histogram.percentile(1)).toBeGreaterThan(9e8);
    expect(new LatencyHistogram().percentile(0.5)).toBe(0);
  });

  it('needs no more room for many than for their spread', () => {
    const histogram = histogramOf(Array.from({ length: 100_000 }, (_, n) => 10 + (n % 1_000) / 10));
    expect(histogram.pairs().length / 2).toBeLessThan(130);
  });
});
