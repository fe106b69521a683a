import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isMultipleOf } from './multiple-of.js';

describe('isMultipleOf', () => {
  it.each([
    [0.07, 0.01],
    [19.99, 0.01],
    [-4.35, 0.05],
    [0, 0.1],
    [-0, 3],
    [1e22, 10],
    [1e-7, 1e-8],
    [1.5e300, 0.001],
    [9, 3],
  ])('takes %p for a multiple of %p', (value, of) => {
    expect(isMultipleOf(value, of)).toBe(true);
  });

  it.each([
    [0.075, 0.01],
    [1e-9, 1e-8],
    [10, 3],
    [1e300, 7],
  ])('does not take %p for a multiple of %p', (value, of) => {
    expect(isMultipleOf(value, of)).toBe(false);
  });

  it('takes every price in cents for a multiple of a cent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (cents) => {
        expect(isMultipleOf(cents / 100, 0.01)).toBe(true);
      }),
    );
  });
});
