import type { FilterValue } from '@postel/contracts';

/** A value of JSON that is neither object nor array. A bigint is a whole number that a double might not hold. */
export type Scalar = string | number | bigint | boolean | null;

/** So many digits may be exact: the longest whole number of a double has 309. */
const maxExactDigits = 310;
const wholeNumber = /^-?\d+$/;

/**
 * A number from its source text: whole numbers exactly, others as a double. The same number gives the same value, however
 * it is written: 1, 1.0 and 1e0, 1e20 and 100000000000000000000.
 */
export function exactNumber(text: string): number | bigint {
  if (text.length > 15 && text.length <= maxExactDigits && wholeNumber.test(text)) {
    return smallest(BigInt(text));
  }
  const double = Number(text);
  if (double === 0) return 0; // -0 too
  return Number.isInteger(double) && !Number.isSafeInteger(double) ? BigInt(double) : double;
}

function smallest(whole: bigint): number | bigint {
  const double = Number(whole);
  return Number.isSafeInteger(double) ? double : whole;
}

/** A value of a filter that was checked. */
export function scalarOf(value: FilterValue): Scalar {
  if (typeof value === 'number') return exactNumber(String(value));
  return typeof value === 'object' && value !== null ? exactNumber(value.number) : value;
}

/** The same for equal values only: types are never coerced. */
export function keyOf(value: Scalar): string {
  if (typeof value === 'string') return `s${value}`;
  return isNumber(value) ? `n${value}` : String(value);
}

/**
 * Numbers by their size, strings by their UTF-16 code units.
 * @returns `null` when they cannot be compared
 */
export function compareScalars(left: Scalar, right: Scalar): -1 | 0 | 1 | null {
  const areNumbers = isNumber(left) && isNumber(right);
  if (!areNumbers && !(typeof left === 'string' && typeof right === 'string')) return null;
  // between a number and a bigint < and > are exact
  return left < right ? -1 : left > right ? 1 : 0;
}

function isNumber(value: Scalar): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}
