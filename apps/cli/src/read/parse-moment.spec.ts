import { describe, expect, it } from '@jest/globals';
import { parseMoment } from './parse-moment.js';

const nowMs = Date.parse('2026-01-31T12:00:00.000Z');

describe('a time as people give it', () => {
  it.each([
    ['30s', '2026-01-31T11:59:30.000Z'],
    ['2h', '2026-01-31T10:00:00.000Z'],
    ['1h30m', '2026-01-31T10:30:00.000Z'],
    ['1.5h', '2026-01-31T10:30:00.000Z'],
    ['7d', '2026-01-24T12:00:00.000Z'],
    ['1w', '2026-01-24T12:00:00.000Z'],
    ['2026-01-30T10:00:00Z', '2026-01-30T10:00:00.000Z'],
    ['2026-01-30T10:00:00+02:00', '2026-01-30T08:00:00.000Z'],
  ])('%s', (text, expected) => {
    expect(parseMoment(text, nowMs)).toBe(expected);
  });

  it('is one of this machine without a zone', () => {
    expect(parseMoment('2026-01-30 10:00', nowMs)).toBe(new Date('2026-01-30T10:00:00').toISOString());
    expect(parseMoment('2026-01-30', nowMs)).toBe(new Date('2026-01-30T00:00:00').toISOString());
  });

  it.each([
    '',
    '2',
    'h',
    '2 h',
    'yesterday',
    '2026',
    '2026-13-01',
    '2026-02-29',
    '2026-02-31T10:00Z',
    '2026-04-31 10:00',
    '2h later',
    '99999w',
  ])('is not %j', (text) => {
    expect(() => parseMoment(text, nowMs)).toThrow(`"${text}" is no time`);
  });
});
