/** A finite number as the decimal that was written: `digits` times ten to the power of `exponent`. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/**
 * Whether a number is a whole multiple of another, by their decimals: 0.07 is one of 0.01, though dividing the two
 * leaves 7.000000000000001. Both are finite, the second is above zero.
 */
export function isMultipleOf(value: number, of: number): boolean {
  const [left, right] = [decimalOf(value), decimalOf(of)];
  const exponent = Math.min(left.exponent, right.exponent);
  return scaled(left, exponent) % scaled(right, exponent) === 0n;
}

/** From the shortest text that stands for the number, which JSON's is for up to 15 digits. */
function decimalOf(value: number): Decimal {
  const [mantissa = '', power = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

function scaled({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to);
}
