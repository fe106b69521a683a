import { describe, expect, test } from '@jest/globals';
import { latenessOf } from './lateness.js';

describe('lateness', () => {
  const due = { firstDueMs: 1_000_000, spacingMs: 2.5 };
  const epochMs = 900_000;

  test('is from the due time of a row to its receipt, each by its number', () => {
    const arrivedAtMs = [100_010, 100_022, 100_035];
    expect(latenessOf(arrivedAtMs, due, epochMs)).toEqual({
      lateness: { count: 3, p50Ms: 20, p99Ms: 30, maxMs: 30 },
      early: 0,
    });
  });

  test('counts what came before its time, and leaves out what did not come', () => {
    const arrivedAtMs = [99_998, 0, 100_004.5];
    expect(latenessOf(arrivedAtMs, due, epochMs)).toMatchObject({ lateness: { count: 2 }, early: 1 });
  });
});
