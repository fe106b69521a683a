import { describe, expect, test } from '@jest/globals';
import { printReport } from './print-report.js';
import { isGood, type FaultResult } from './report.js';

const figures = {
  acknowledged: 3_000,
  delivered: 4_500,
  dead: 12,
  ordered: 450,
  lost: 0,
  duplicates: 2,
  inFlight: 9,
  lastOutcomeAtMs: 0,
};
const good: FaultResult = {
  kind: 'played',
  fault: 'kill-nats',
  figures,
  disturbances: 2,
  drainMs: 1_250,
  complaints: [],
};
const report = (results: FaultResult[]) =>
  printReport({ date: '2026-01-01', machine: 'two cores', seed: 7, results });

describe('the report', () => {
  test('a line a fault, and what to make of it', () => {
    const text = report([good, { kind: 'skipped', fault: 'power-cut', reason: 'needs root' }]);
    expect(text).toMatch(/^kill-nats +3,000 +4,500 +12 +450 +0 +2 +9 +1\.3 +ok$/m);
    expect(text).toMatch(/^power-cut +skipped: needs root$/m);
    expect(text).toMatch(/seed 7/);
    expect(text).toMatch(/Nothing is lost, and every check holds\.\n$/);
  });

  test('says what is wrong, with examples', () => {
    const complaints = [{ check: 'signatures hold', count: 2, examples: ['a', 'b'] }];
    const text = report([
      { ...good, complaints },
      { kind: 'failed', fault: 'random', reason: 'no port\nat x' },
    ]);
    expect(text).toMatch(/1 failed$/m);
    expect(text).toMatch(/✗ signatures hold: not so 2 times, such as a; b/);
    expect(text).toMatch(/^random +failed: no port$/m);
    expect(text).toMatch(/2 of 2 faults: see above\.\n$/);
  });

  test('good is only what lost nothing and failed no check', () => {
    expect(isGood(good)).toBe(true);
    expect(isGood({ ...good, figures: { ...figures, lost: 1 } })).toBe(false);
    expect(isGood({ ...good, complaints: [{ check: '', count: 1, examples: [] }] })).toBe(false);
    expect(isGood({ kind: 'failed', fault: 'random', reason: '' })).toBe(false);
  });
});
