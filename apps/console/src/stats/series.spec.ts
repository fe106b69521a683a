import { describe, expect, it } from '@jest/globals';
import { errorRows, kindLabel, kindsOf, volumeRows, type Point } from './series.js';

const empty: Point = {
  at: '2026-11-28T12:00:00.000Z',
  totalDeliveries: 0,
  successfulDeliveries: 0,
  failedDeliveries: 0,
  successRate: null,
  p50ResponseTime: null,
  p95ResponseTime: null,
  p99ResponseTime: null,
  errorBreakdown: {},
  deadLetters: 0,
};
const failing = (errorBreakdown: Record<string, number>): Point => ({ ...empty, errorBreakdown });

describe('errors by kind', () => {
  it('are named by how many there were of them in the whole time', () => {
    const points = [failing({ '503': 1, timeout: 2 }), failing({ '503': 4 })];
    expect(kindsOf(points)).toEqual([
      { kind: '503', total: 5 },
      { kind: 'timeout', total: 2 },
    ]);
  });

  it('beyond five are one, and none is lost', () => {
    const points = [failing({ a: 9, b: 8, c: 7, d: 6, e: 2, f: 1 }), failing({ f: 4, others: 1 })];
    const kinds = kindsOf(points);
    expect(kinds.map(({ kind }) => kind)).toEqual(['a', 'b', 'c', 'd', 'others']);
    expect(kinds.reduce((sum, { total }) => sum + total, 0)).toBe(38);
    const rows = errorRows(points, 'hour');
    expect(rows[0]).toMatchObject({ a: 9, others: 3 });
    expect(rows[1]).toMatchObject({ a: 0, others: 5 });
  });

  it('are told in words', () => {
    expect(kindLabel('503')).toBe('Answered 503');
    expect(kindLabel('connection_refused')).toBe('connection refused');
  });
});

describe('volume', () => {
  it('counts what has not ended as waiting', () => {
    const point = { ...empty, totalDeliveries: 10, successfulDeliveries: 6, failedDeliveries: 1 };
    expect(volumeRows([point], 'day')).toMatchObject([{ succeeded: 6, failed: 1, waiting: 3 }]);
  });
});
