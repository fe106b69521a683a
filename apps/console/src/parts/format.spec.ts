import { describe, expect, it } from '@jest/globals';
import { duration, percent, relativeTime } from './format.js';

describe('how figures are said', () => {
  it.each([
    [0.42, '0.4 ms'],
    [850, '850 ms'],
    [1_234, '1.2 s'],
    [59_990, '1 min'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [86_400_000, '1 d'],
  ])('a duration of %d ms is %s', (lengthMs, said) => {
    expect(duration(lengthMs)).toBe(said);
  });

  it.each([
    [-125_000, '2 min ago'],
    [5_000, 'in 5 s'],
    [0, 'now'],
    [-90_000_000, '1 d ago'],
  ])('%d ms from now is %s', (offsetMs, said) => {
    expect(relativeTime(offsetMs, 0)).toBe(said);
  });

  it('does not take what has just happened for what is to come', () => {
    expect(relativeTime(10_900, 10_000)).toBe('now');
    expect(relativeTime(11_000, 10_000)).toBe('in 1 s');
  });

  it.each([
    [1, '100 %'],
    [0.99999, '99.9 %'],
    [0.985, '98.5 %'],
    [0, '0 %'],
  ])('a share of %d is %s', (share, said) => {
    expect(percent(share)).toBe(said);
  });
});
