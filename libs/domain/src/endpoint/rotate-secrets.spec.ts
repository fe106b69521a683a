import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { graceEndsAtMs, maxRetired, rotated, unexpired } from './rotate-secrets.js';

const secret = (name: string, expiresAtMs: number | null = null) => ({ name, expiresAtMs });
const nowMs = 1_000_000;

describe('rotated', () => {
  it('puts the new one first and lets the old one end with its grace', () => {
    expect(rotated([secret('a')], secret('b'), { nowMs, graceSeconds: 10 })).toEqual([
      secret('b'),
      secret('a', nowMs + 10_000),
    ]);
  });

  it('ends the old one at once without a grace, and leaves those their time that had one', () => {
    const before = [secret('b'), secret('a', nowMs + 5)];
    expect(rotated(before, secret('c'), { nowMs, graceSeconds: 0 })).toEqual([
      secret('c'),
      secret('a', nowMs + 5),
    ]);
  });

  it('has one current secret, first, never more than so many old ones, and none that has expired', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ graceSeconds: fc.nat(100), laterMs: fc.nat(60_000) }), { maxLength: 20 }),
        (steps) => {
          let atMs = nowMs;
          let secrets = [secret('0')];
          steps.forEach(({ graceSeconds, laterMs }, n) => {
            atMs += laterMs;
            secrets = rotated(secrets, secret(String(n + 1)), { nowMs: atMs, graceSeconds });
            expect(secrets[0]).toEqual(secret(String(n + 1)));
            expect(secrets.filter(({ expiresAtMs }) => expiresAtMs === null)).toHaveLength(1);
            expect(secrets.length).toBeLessThanOrEqual(1 + maxRetired);
            expect(unexpired(secrets, atMs)).toEqual(secrets);
            const ends = secrets.slice(1).map(({ expiresAtMs }) => expiresAtMs ?? 0);
            expect(graceEndsAtMs(secrets, atMs)).toBe(ends.length === 0 ? null : Math.max(...ends));
          });
        },
      ),
    );
  });
});
