import { expect, it } from '@jest/globals';
import { timeLeftMs } from './time-left.js';

const expiresAt = '2026-12-01T12:00:30.500Z';
const nowMs = Date.parse('2026-12-01T18:00:00Z');

it.each([
  ['by the clock of who answered', expiresAt, 'Tue, 01 Dec 2026 12:00:00 GMT', 30_500],
  ['none, once it is over there', expiresAt, 'Tue, 01 Dec 2026 13:00:00 GMT', 0],
  ['by our own where nobody tells a time', '2026-12-01T18:00:01Z', null, 1_000],
  ['by our own where it cannot be read', '2026-12-01T18:00:01Z', 'soon', 1_000],
  ['for ever', null, 'Tue, 01 Dec 2026 12:00:00 GMT', null],
])('%s', (_, until, answeredAt, left) => {
  expect(timeLeftMs(until, answeredAt, nowMs)).toBe(left);
});
