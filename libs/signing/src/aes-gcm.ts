import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
export const ivBytes = 12;
export const tagBytes = 16;

export interface Encrypted {
  readonly iv: Uint8Array;
  readonly tag: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** With a fresh iv, as one piece: iv, tag, ciphertext. */
export function encryptWith(key: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Uint8Array {
  const { iv, tag, ciphertext } = encrypt(plaintext, key, randomBytes(ivBytes), aad);
  return Buffer.concat([iv, tag, ciphertext]);
}

/** Throws when a byte was changed, or key or associated data are others. */
export function decryptWith(key: Uint8Array, piece: Uint8Array, aad: Uint8Array): Buffer {
  const iv = piece.subarray(0, ivBytes);
  const tag = piece.subarray(ivBytes, ivBytes + tagBytes);
  return decrypt({ iv, tag, ciphertext: piece.subarray(ivBytes + tagBytes) }, key, aad);
}

export function encrypt(plaintext: Uint8Array, key: Uint8Array, iv: Uint8Array, aad: Uint8Array): Encrypted {
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  cipher.setAAD(aad);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { iv, tag: cipher.getAuthTag(), ciphertext };
}

export function decrypt({ iv, tag, ciphertext }: Encrypted, key: Uint8Array, aad: Uint8Array): Buffer {
  const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  decipher.setAAD(aad);
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}
