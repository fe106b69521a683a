import { describe, expect, test } from '@jest/globals';
import { atLeast, atMost } from './goal.js';
import { printMemory, printWaiting } from './print-waiting.js';
import type { DelivererMemory, SteadyRun, WaitingRoom } from './report.js';

const latency = { count: 5_000, p50Ms: 10, p99Ms: 40, maxMs: 90 };
const steady: SteadyRun = { acceptedToReceipt: latency, missing: 0, otherLoadCores: 0 };
const waiting: WaitingRoom = {
  rows: 1_000_000,
  endpoints: 1_000,
  seededInMs: 20_000,
  perSecond: 300,
  firstAttemptsWithout: steady,
  firstAttemptsWith: steady,
  due: { rows: 10_000, perSecond: 500, lateness: latency, early: 0, duplicates: 2, otherLoadCores: 0.5 },
  putBack: { rows: 15_000, putBackPerSecond: 12_000, cpuMicrosEach: 90, otherLoadCores: 0 },
  drain: { rows: 50_000, putBackPerSecond: 9_999.6, receivedPerSecond: 2_000, otherLoadCores: null },
  restart: { rows: 5_000, received: 4_999, early: 0, duplicates: 12, awayMs: 4_000, caughtUpAfterMs: 250 },
  goals: [
    atMost('lost', 1, 0),
    atMost("lateness' p99", 40, 500, ' ms'),
    atLeast('put back', 12_000, 10_000, '/s'),
  ],
};
const memory: DelivererMemory = {
  endpoints: 10_000,
  waiting: 100_000,
  events: 20_000,
  createdInMs: 2_500,
  atRestMiB: 180.4,
  afterTrafficMiB: 250,
  peakMiB: 301,
  deliveriesPerSecond: 2_000,
  goals: [atMost('at most', 301, 300, ' MiB')],
};

describe('the printed waiting room', () => {
  test('has its figures and goals', () => {
    const text = printWaiting(waiting).join('\n');
    expect(text).toContain('1,000,000 for 1,000 endpoints');
    expect(text).toContain(
      '15,000 due at once, none delivered meanwhile: 12,000 put back a second, 90 µs CPU each',
    );
    expect(text).toContain(
      '50,000 due at once and delivered too: 10,000 put back a second, 2,000 received a second',
    );
    expect(text).toContain('5,000 become due: 4,999 received, 0 early, 12 duplicates');
    expect(text).toContain('goal: lost ≤ 0: 1, MISSED');
    expect(text).toContain("goal: lateness' p99 ≤ 500 ms: 40 ms, reached");
    expect(text).toContain('goal: put back ≥ 10,000/s: 12,000/s, reached');
    expect(text).toContain('other programs took 0.50 cores');
  });

  test('and the memory', () => {
    const text = printMemory(memory).join('\n');
    expect(text).toContain('at rest 180 MiB, after the traffic 250 MiB, at most 301 MiB');
    expect(text).toContain('≤ 300 MiB: 301 MiB, MISSED');
  });
});
