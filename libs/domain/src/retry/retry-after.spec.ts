import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRetryAfter } from './retry-after.js';

const nowMs = Date.UTC(1994, 10, 6, 8, 49, 0);
const week = 7 * 86_400_000;

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    [' 120 ', 120_000],
    ['99999999999999999999', week],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['Sun Nov  6 08:49:37 1994', 37_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', week],
  ])('reads %j', (header, expected) => {
    expect(parseRetryAfter(header, nowMs)).toBe(expected);
  });

  it.each([
    '',
    '-1',
    '1.5',
    '1e3',
    'soon',
    '1994-11-06',
    'Sun, 06 Nov 1994 08:48:00 GMT',
    'Sun, 99 Nov 1994 08:49:37 GMT',
  ])('makes nothing of %j', (header) => {
    expect(parseRetryAfter(header, nowMs)).toBeNull();
  });

  it('never gives more than a week, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d+$/)), (header) => {
        const ms = parseRetryAfter(header, nowMs);
        expect(ms === null || (ms >= 0 && ms <= week)).toBe(true);
      }),
    );
  });
});
