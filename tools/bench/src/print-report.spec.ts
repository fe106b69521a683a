import { describe, expect, test } from '@jest/globals';
import { printReport } from './print-report.js';
import type { BenchReport, EndToEnd } from './report.js';

const machine = {
  cores: 2,
  cpu: 'Some CPU',
  memoryGiB: 24,
  node: '24.0.0',
  natsServer: '2.15.1',
  postgres: '18.4',
  date: '2026-11-22',
};
const endToEnd: EndToEnd = {
  events: 20_000,
  deliveries: 20_000,
  duplicates: 0,
  deferred: 12,
  elapsedMs: 4_000,
  publishedInMs: 900,
  deliveriesPerSecond: 5_000,
  quietAfterMs: 4_500,
  otherLoadCores: 0.01,
  cpu: [
    {
      process: 'all-in-one',
      busySec: 3.9,
      microsPerDelivery: 195,
      microsPerDeliveryUntilQuiet: 210.4,
      peakMemoryMiB: 301.2,
    },
  ],
};
const reportOf = (parts: Partial<BenchReport>): BenchReport => ({
  machine,
  options: { quick: false, processes: false, door: 'nats' },
  profiles: [],
  failures: [],
  ...parts,
});

describe('the printed report', () => {
  test('says the machine, the figures and the ratio', () => {
    const text = printReport(reportOf({ endToEnd, ratioToRaw: 0.25 }));
    expect(text).toContain('2 cores, Some CPU, 24 GiB; Node 24.0.0, nats-server 2.15.1');
    expect(text).toContain('5,000 deliveries/s: 20,000 in 4.00 s, 0 duplicates, 12 had to wait');
    expect(text).toContain('195 µs a delivery');
    expect(text).toContain('0.250 of the raw signed undici rate');
    expect(text).toContain('goal: deliveries a second ≥ 8,000: 5,000, MISSED');
    expect(text).toContain('goal: as a share of the raw undici rate ≥ 0.33: 0.25, MISSED');
    expect(text).not.toContain('the middle one');
    expect(text).not.toContain('other programs');
  });

  test('says of several runs which one it tells of', () => {
    const text = printReport(reportOf({ endToEnd: { ...endToEnd, ratesOfRuns: [4_000, 9_000, 5_000] } }));
    expect(text).toContain('the middle one of 3 runs: 4,000, 9,000, 5,000');
    expect(text).not.toContain('as a share of');
  });

  test('compares ten endpoints an event with one', () => {
    const tenEndpoints = { ...endToEnd, deliveriesPerSecond: 4_000 };
    const text = printReport(reportOf({ endToEnd, tenEndpoints }));
    expect(text).toContain(
      'goal: deliveries a second, to those with one endpoint an event ≥ 1: 0.80, MISSED',
    );
  });

  test('a failure, a busy machine and a quick run are said, what was not measured is left out', () => {
    const text = printReport(
      reportOf({
        options: { quick: true, processes: true, door: 'http' },
        endToEnd: { ...endToEnd, otherLoadCores: 1.2, quietAfterMs: null },
        failures: ['9 of 10 arrived'],
      }),
    );
    expect(text).toContain('too short to quote');
    expect(text).toContain('other programs took 1.20 cores');
    expect(text).toContain('FAILED: 9 of 10 arrived');
    expect(text).not.toContain('ratio');
    expect(text).not.toContain('all idle after');
  });
});
