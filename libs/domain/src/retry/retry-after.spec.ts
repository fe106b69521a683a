import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRetryAfter } from './retry-after.js';

const nowMs = Date.UTC(1994, 10, 6, 8, 49, 0);
const week = 7 * 86_400_000;

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    [' 120 ', 120_000],
    ['\t7\u00a0', 7_000],
    ['007', 7_000],
    ['604800', week],
    ['604801', week],
    ['99999999999999999999', week],
    ['9'.repeat(400), week],
    ['1.5', 1_500],
    ['0.0001', 1],
    ['0.3', 300],
    ['120, 60', 120_000],
    ['60,120', 120_000],
    ['soon, 5, -1', 5_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT, 5', 37_000],
    ['5, Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
    ['Sun, 06 Nov 1994 08:49:10 GMT, Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['Sun, 06 Nov 1994 08:49:00 GMT', 0],
    ['Sun, 06 Nov 1994 08:49:60 GMT', 59_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['Sun Nov  6 08:49:37 1994', 37_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', week],
  ])('reads %j', (header, expected) => {
    expect(parseRetryAfter(header, nowMs)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    ',',
    ',,,',
    '-1',
    '+1',
    '-1.5',
    '1.',
    '.5',
    '1e3',
    '0x10',
    '1_000',
    '1 2',
    '１２',
    'NaN',
    'Infinity',
    '120s',
    'Sun',
    'Sun, ',
    'Sun, 06 Nov 1994 08:49:37 CET',
    'Sun, 06 Nov 1994 08:49:37 +0100',
    'sun, 06 nov 1994 08:49:37 gmt',
    'soon',
    '1994-11-06',
    'Sun, 06 Nov 1994 08:48:00 GMT',
    'Sun, 99 Nov 1994 08:49:37 GMT',
  ])('makes nothing of %j', (header) => {
    expect(parseRetryAfter(header, nowMs)).toBeNull();
  });

  it('never gives more than a week, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ size: 'max', maxLength: 500 }),
          fc.stringMatching(/^[\d., -]+$/),
          fc
            .array(fc.constantFrom('Sun', '06 Nov 1994 08:49:37 GMT', '7', '-1', ''))
            .map((parts) => parts.join(',')),
        ),
        (header) => {
          const ms = parseRetryAfter(header, nowMs);
          expect(ms === null || (Number.isSafeInteger(ms) && ms >= 0 && ms <= week)).toBe(true);
        },
      ),
    );
  });
});
