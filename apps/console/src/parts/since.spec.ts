import { describe, expect, it } from '@jest/globals';
import { localInput, sinceOf } from './since.js';

const nowMs = Date.parse('2026-11-28T12:34:56.789Z');

describe('since', () => {
  it('of a preset is that long ago, from a whole minute', () => {
    expect(sinceOf('1h', nowMs)).toBe('2026-11-28T11:34:00.000Z');
    expect(sinceOf('7d', nowMs)).toBe('2026-11-21T12:34:00.000Z');
  });

  it('of a time is that time, whatever its zone', () => {
    expect(sinceOf('2026-11-28T08:00:00+02:00', nowMs)).toBe('2026-11-28T06:00:00.000Z');
  });

  it('of what somebody wrote into the address is none', () => {
    expect(sinceOf('yesterday', nowMs)).toBeUndefined();
    expect(sinceOf(undefined, nowMs)).toBeUndefined();
  });

  it('of an input is read as it was shown', () => {
    const timeMs = Math.floor(nowMs / 60_000) * 60_000;
    expect(Date.parse(localInput(timeMs))).toBe(timeMs);
  });
});
