import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { SealedSecret } from '@postel/contracts';
import fc from 'fast-check';
import { openSecret, sealSecret } from './seal-secret.js';

const masterKey = Buffer.alloc(32, 3);
const owner = { tenant: 'default', endpointId: 'ep_1' };

describe('sealSecret', () => {
  it('opens again for the same owner', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (plaintext) => {
        const sealed = sealSecret(plaintext, masterKey, owner, randomBytes);
        expect(sealed.expiresAtMs).toBeNull();
        expect(openSecret(sealed, masterKey, owner)).toBe(plaintext);
      }),
    );
  });

  it('opens for nobody else, with no other key, and not when changed', () => {
    const sealed = sealSecret('whsec_x', masterKey, owner, randomBytes);
    expect(() => openSecret(sealed, Buffer.alloc(32, 4), owner)).toThrow(/does not open/);
    expect(() => openSecret(sealed, masterKey, { ...owner, tenant: 'other' })).toThrow(/default|other/);
    expect(() => openSecret(sealed, masterKey, { ...owner, endpointId: 'ep_2' })).toThrow(/does not open/);
    for (const field of ['wrappedKey', 'iv', 'tag', 'ciphertext'] as const) {
      expect(() => openSecret(flipped(sealed, field), masterKey, owner)).toThrow(/does not open/);
    }
    expect(() => openSecret({ ...sealed, tag: sealed.tag.slice(0, 8) }, masterKey, owner)).toThrow(
      /does not open/,
    );
  });

  it('gives every secret a data key of its own', () => {
    const one = sealSecret('whsec_x', masterKey, owner, randomBytes);
    const other = sealSecret('whsec_x', masterKey, owner, randomBytes);
    expect(one.wrappedKey).not.toBe(other.wrappedKey);
    expect(one.ciphertext).not.toBe(other.ciphertext);
  });

  it('takes a master key of 32 bytes only', () => {
    expect(() => sealSecret('x', Buffer.alloc(16), owner, randomBytes)).toThrow('Invalid key length');
  });
});

function flipped(sealed: SealedSecret, field: 'wrappedKey' | 'iv' | 'tag' | 'ciphertext'): SealedSecret {
  const bytes = Buffer.from(sealed[field], 'base64');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return { ...sealed, [field]: bytes.toString('base64') };
}
