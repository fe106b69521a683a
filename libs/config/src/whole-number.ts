import { z } from 'zod';

/** A variable that is absent is `fallback`. Digits and nothing else: `Number` would take a blank for 0, and `0x10` for 16. */
export const wholeNumber = <Fallback extends number | null>(fallback: Fallback, min: number, max: number) =>
  z
    .string()
    .optional()
    .transform((value, context): number | Fallback => {
      if (value === undefined) return fallback;
      const number = /^\s*\d+\s*$/.test(value) ? Number(value) : NaN;
      if (number >= min && number <= max) return number;
      context.addIssue(`must be a whole number from ${min} to ${max}, not "${value}"`);
      return z.NEVER;
    });
