import { describe, expect, test } from '@jest/globals';
import { atMost } from './goal.js';
import { printFleet, printIsolation } from './print-isolation.js';
import type { HangingFleet, Isolation, SteadyRun } from './report.js';

const run = (p99Ms: number, missing = 0): SteadyRun => ({
  acceptedToReceipt: { count: 6_000, p50Ms: 10, p99Ms, maxMs: 90 },
  missing,
  otherLoadCores: null,
});
const isolation: Isolation = {
  perSecond: 400,
  endpoints: 200,
  hangingEndpoints: 20,
  additional: 10_000,
  undisturbed: { ...run(40), p99OfWindowMs: 12.34 },
  undisturbedAgain: { ...run(44), p99OfWindowMs: 13.57 },
  undisturbedRatio: 1.1,
  hanging: run(42),
  hangingRatio: 1,
  flooded: run(63),
  floodedRatio: 1.5,
  spread: run(84),
  spreadRatio: 2,
  goals: [atMost('one thing', 1, 1.2), atMost('another', 1.5, 1.2)],
};
const fleet: HangingFleet = {
  healthyEndpoints: 20,
  hangingEndpoints: 500,
  perSecond: 200,
  undisturbed: run(40),
  hanging: run(5_000, 17),
  burst: 5_000,
  undisturbedPerSecond: 1_234.5,
  hangingPerSecond: 9,
  missing: 4_000,
  openAtEnd: 512,
  goals: [],
};

describe('the printed isolation', () => {
  test('has every run with its ratio, and each goal with what became of it', () => {
    const text = printIsolation(isolation).join('\n');
    expect(text).toContain('400 events/s over 200 endpoints');
    expect(text).toMatch(/undisturbed: .* at most 90\.0 ms, of 2\.5 s p99 12\.3 ms$/m);
    expect(text).toMatch(/undisturbed again: .* of 2\.5 s p99 13\.6 ms, 1\.10 × the first$/m);
    expect(text).toMatch(/20 endpoints hang: .* p99 42\.0 ms, .* p99 1\.00 ×/);
    expect(text).toMatch(/10,000 more, to one: .* p99 63\.0 ms, .* p99 1\.50 ×/);
    expect(text).toContain('goal: one thing ≤ 1.20: 1, reached');
    expect(text).toContain('goal: another ≤ 1.20: 1.50, MISSED');
    expect(text).not.toContain('did not arrive');
  });

  test('says what did not arrive', () => {
    const text = printFleet(fleet).join('\n');
    expect(text).toContain('5,000 at once, the others answer: 1,235 healthy deliveries/s');
    expect(text).toContain('! 17 of them did not arrive');
    expect(text).toContain('! 4,000 of them did not arrive');
  });
});
