import { describe, expect, it } from '@jest/globals';
import { LastingTrouble } from './lasting-trouble.js';

describe('LastingTrouble', () => {
  it('is told once it has lasted, once, and again only after it had passed', () => {
    let nowMs = 0;
    const trouble = new LastingTrouble(() => nowMs, 100);
    const at = (ms: number) => {
      nowMs = ms;
      return trouble.again();
    };
    expect([at(0), at(99), at(100), at(101), at(500)]).toEqual([false, false, true, false, false]);
    trouble.passed();
    expect([at(600), at(699), at(700)]).toEqual([false, false, true]);
  });
});
