import { describe, expect, it } from '@jest/globals';
import { Lateness } from './lateness.js';

describe('being late', () => {
  it('is what a process is about partitions that are not its own', () => {
    const lateness = new Lateness(new Set([1]));
    lateness.alive(1_000);
    expect([lateness.isLate(1, 1_050), lateness.isLate(2, 1_050)]).toEqual([false, true]);
  });

  it('is what a process is after it was stopped, before and after it notices', () => {
    const lateness = new Lateness(new Set([1]));
    lateness.alive(1_000);
    expect(lateness.isLate(1, 25_000)).toBe(true);
    lateness.alive(25_050);
    expect(lateness.isLate(1, 25_100)).toBe(true);
    for (let nowMs = 25_100; nowMs <= 60_000; nowMs += 50) lateness.alive(nowMs);
    expect(lateness.isLate(1, 60_000)).toBe(false);
  });
});
