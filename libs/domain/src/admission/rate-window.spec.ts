import { describe, expect, it } from '@jest/globals';
import { RateWindow } from './rate-window.js';

describe('a rate that another owner may have used up', () => {
  it('rests for one window where that is short', () => {
    const window = new RateWindow({ max: 5, perSeconds: 10 });
    window.useUp(1_000_000);
    expect(window.free(1_009_999)).toBe(0);
    expect(window.free(1_010_000)).toBe(5);
  });

  it('goes on at its average where that is long', () => {
    const window = new RateWindow({ max: 3_600, perSeconds: 3_600 });
    window.useUp(10_000_000);
    expect(window.free(10_000_000)).toBeLessThanOrEqual(57); // one step of 64
    expect(window.free(10_000_000 + 1_800_000)).toBeGreaterThanOrEqual(1_700);
    expect(window.free(10_000_000 + 1_800_000)).toBeLessThanOrEqual(1_900);
    expect(window.free(10_000_000 + 3_600_000)).toBe(3_600);
  });
});
