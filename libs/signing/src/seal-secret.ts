import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { SealedSecret } from '@postel/contracts';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/** Whose secret it is: associated data, so that a sealed secret opens nowhere else. */
export interface SecretOwner {
  readonly tenant: string;
  readonly endpointId: string;
}

interface Encrypted {
  readonly iv: Uint8Array;
  readonly tag: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/**
 * Encrypts a secret with a data key of its own, which the master key wraps (architecture: Security).
 * @param masterKey 32 bytes; throws a RangeError otherwise
 * @param random gives that many random bytes, such as `randomBytes` of node:crypto
 * @returns the sealed secret as the current one (`expiresAtMs: null`)
 */
export function sealSecret(
  plaintext: string,
  masterKey: Uint8Array,
  owner: SecretOwner,
  random: (sizeBytes: number) => Uint8Array,
): SealedSecret {
  const aad = associatedData(owner);
  const dataKey = random(keyBytes);
  const wrapped = encrypt(dataKey, masterKey, random(ivBytes), aad);
  const sealed = encrypt(Buffer.from(plaintext), dataKey, random(ivBytes), aad);
  return {
    wrappedKey: base64(Buffer.concat([wrapped.iv, wrapped.tag, wrapped.ciphertext])),
    iv: base64(sealed.iv),
    tag: base64(sealed.tag),
    ciphertext: base64(sealed.ciphertext),
    expiresAtMs: null,
  };
}

/**
 * Decrypts a sealed secret. Throws when the master key is not the one that sealed it, the owner is another, or a byte
 * was changed: none of that is an expected outcome.
 */
export function openSecret(sealed: SealedSecret, masterKey: Uint8Array, owner: SecretOwner): string {
  const aad = associatedData(owner);
  const wrapped = Buffer.from(sealed.wrappedKey, 'base64');
  try {
    const dataKey = decrypt(
      {
        iv: wrapped.subarray(0, ivBytes),
        tag: wrapped.subarray(ivBytes, ivBytes + tagBytes),
        ciphertext: wrapped.subarray(ivBytes + tagBytes),
      },
      masterKey,
      aad,
    );
    const plaintext = decrypt(
      {
        iv: Buffer.from(sealed.iv, 'base64'),
        tag: Buffer.from(sealed.tag, 'base64'),
        ciphertext: Buffer.from(sealed.ciphertext, 'base64'),
      },
      dataKey,
      aad,
    );
    return plaintext.toString('utf8');
  } catch (cause) {
    const whose = `${owner.tenant}/${owner.endpointId}`;
    throw new Error(`the secret of ${whose} does not open: another master key, or changed data`, { cause });
  }
}

function associatedData({ tenant, endpointId }: SecretOwner): Buffer {
  // neither may hold a line break, so no two owners share it
  return Buffer.from(`${tenant}\n${endpointId}`);
}

function encrypt(plaintext: Uint8Array, key: Uint8Array, iv: Uint8Array, aad: Uint8Array): Encrypted {
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  cipher.setAAD(aad);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { iv, tag: cipher.getAuthTag(), ciphertext };
}

function decrypt({ iv, tag, ciphertext }: Encrypted, key: Uint8Array, aad: Uint8Array): Buffer {
  const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  decipher.setAAD(aad);
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
