import { describe, expect, test } from '@jest/globals';
import { atLeast, atMost, isReached } from './goal.js';

describe('a goal', () => {
  test('is reached at its limit, and on the right side of it', () => {
    expect([1.1, 1.2, 1.21].map((value) => isReached(atMost('ratio', value, 1.2)))).toEqual([
      true,
      true,
      false,
    ]);
    expect([9, 10, 11].map((value) => isReached(atLeast('rate', value, 10)))).toEqual([false, true, true]);
  });

  test('is not reached by what could not be measured', () => {
    expect(isReached(atMost('ratio', NaN, 1.2))).toBe(false);
    expect(isReached(atLeast('rate', NaN, 1))).toBe(false);
  });
});
