import { describe, expect, it } from '@jest/globals';
import type { SealedSecret } from '@postel/contracts';
import fc from 'fast-check';
import { LocalKeyWrapper } from './key-wrapper.js';
import { openSecret, rewrapSecret, sealSecret } from './seal-secret.js';

const oldKey = Buffer.alloc(32, 3);
const newKey = Buffer.alloc(32, 4);
const wrapper = new LocalKeyWrapper(oldKey);
const owner = { tenant: 'default', endpointId: 'ep_1' };

describe('sealSecret', () => {
  it('opens again for the same owner', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (plaintext) => {
        const sealed = await sealSecret(plaintext, wrapper, owner);
        expect(sealed.expiresAtMs).toBeNull();
        expect(await openSecret(sealed, wrapper, owner)).toBe(plaintext);
      }),
    );
  });

  it('opens for nobody else, for nothing else, with no other key, and not when changed', async () => {
    const sealed = await sealSecret('whsec_x', wrapper, owner);
    const refuses = (other: SealedSecret, by = wrapper, whose: Parameters<typeof openSecret>[2] = owner) =>
      expect(openSecret(other, by, whose)).rejects.toThrow(/does not open/);
    await refuses(sealed, new LocalKeyWrapper(newKey));
    await refuses(sealed, wrapper, { ...owner, tenant: 'other' });
    await refuses(sealed, wrapper, { ...owner, endpointId: 'ep_2' });
    await refuses(sealed, wrapper, { ...owner, purpose: 'headers' });
    for (const field of ['wrappedKey', 'iv', 'tag', 'ciphertext'] as const)
      await refuses(flipped(sealed, field));
    await refuses({ ...sealed, tag: sealed.tag.slice(0, 8) });
  });

  it('gives every secret a data key of its own', async () => {
    const one = await sealSecret('whsec_x', wrapper, owner);
    const other = await sealSecret('whsec_x', wrapper, owner);
    expect(one.wrappedKey).not.toBe(other.wrappedKey);
    expect(one.ciphertext).not.toBe(other.ciphertext);
  });

  it('takes a master key of 32 bytes only', () => {
    expect(() => new LocalKeyWrapper(Buffer.alloc(16))).toThrow(RangeError);
    expect(() => new LocalKeyWrapper(newKey, Buffer.alloc(16))).toThrow(RangeError);
  });
});

describe('another master key', () => {
  const both = new LocalKeyWrapper(newKey, oldKey);
  const alone = new LocalKeyWrapper(newKey);

  it('opens what the previous one wrapped, with or without a name', async () => {
    const sealed = await sealSecret('whsec_x', wrapper, owner);
    expect(sealed.keyId).toMatch(/^[0-9a-f]{16}$/);
    expect(await openSecret(sealed, both, owner)).toBe('whsec_x');
    const { keyId: _keyId, ...unnamed } = sealed;
    expect(await openSecret(unnamed, both, owner)).toBe('whsec_x');
    expect(await openSecret(unnamed, wrapper, owner)).toBe('whsec_x');
    await expect(openSecret(unnamed, alone, owner)).rejects.toThrow(/does not open/);
    expect(await openSecret(await sealSecret('whsec_y', both, owner), alone, owner)).toBe('whsec_y');
  });

  it('takes over a secret without touching what is encrypted', async () => {
    const sealed = { ...(await sealSecret('whsec_x', wrapper, owner)), expiresAtMs: 7, publicKey: 'whpk_' };
    const rewrapped = await rewrapSecret(sealed, both, owner);
    expect(rewrapped).toEqual({
      ...sealed,
      wrappedKey: expect.not.stringContaining(sealed.wrappedKey),
      keyId: both.keyId,
    });
    expect(await openSecret(rewrapped, alone, owner)).toBe('whsec_x');
    expect(await rewrapSecret(rewrapped, both, owner)).toBe(rewrapped);
    await expect(rewrapSecret(sealed, alone, owner)).rejects.toThrow(/does not open/);
  });
});

function flipped(sealed: SealedSecret, field: 'wrappedKey' | 'iv' | 'tag' | 'ciphertext'): SealedSecret {
  const bytes = Buffer.from(sealed[field], 'base64');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return { ...sealed, [field]: bytes.toString('base64') };
}
