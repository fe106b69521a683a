import { describe, expect, it } from '@jest/globals';
import { rangeOf } from './range.js';

describe('the time that is recovered', () => {
  it('goes on until now where no end is given', () => {
    const { range } = rangeOf({ since: '2026-11-28T06:00', until: '' });
    expect(range).toEqual({ since: new Date('2026-11-28T06:00').toISOString() });
  });

  it('is the reader’s own time, told as UTC', () => {
    const { range } = rangeOf({ since: '2026-11-28T06:00', until: '2026-11-28T07:30' });
    expect(Date.parse(range?.until ?? '') - Date.parse(range?.since ?? '')).toBe(90 * 60_000);
    expect(range?.since).toMatch(/Z$/);
  });

  it.each([
    ['', '', 'since'],
    ['2026-11-28T06:00', '2026-11-28T06:00', 'until'],
    ['2026-11-28T06:00', '2026-11-28T05:00', 'until'],
    ['2026-11-28T06:00', 'later', 'until'],
  ] as const)('from %j until %j cannot be, which is said at the field', (since, until, field) => {
    const { range, faults } = rangeOf({ since, until });
    expect(range).toBeUndefined();
    expect(Object.keys(faults)).toEqual([field]);
  });
});
