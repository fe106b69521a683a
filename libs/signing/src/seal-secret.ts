import type { SealedSecret } from './scheme.js';
import { randomBytes } from 'node:crypto';
import { decrypt, encrypt, ivBytes } from './aes-gcm.js';
import type { KeyWrapper } from './key-wrapper.js';

const keyBytes = 32;

/** Whose it is, and what: associated data, so that a sealed secret opens nowhere else and for nothing else. */
export interface SecretOwner {
  readonly tenant: string;
  readonly endpointId: string;
  /** Absent: a `whsec_` secret. */
  readonly purpose?: 'ed25519' | 'headers';
}

/**
 * Encrypts a secret with a data key of its own, which the master key wraps (architecture: Security).
 * @returns the sealed secret as the current one (`expiresAtMs: null`)
 */
export async function sealSecret(
  plaintext: string,
  wrapper: KeyWrapper,
  owner: SecretOwner,
): Promise<SealedSecret> {
  const aad = associatedData(owner);
  const dataKey = randomBytes(keyBytes);
  const sealed = encrypt(Buffer.from(plaintext), dataKey, randomBytes(ivBytes), aad);
  return {
    wrappedKey: base64(await wrapper.wrap(dataKey, aad)),
    keyId: wrapper.keyId,
    iv: base64(sealed.iv),
    tag: base64(sealed.tag),
    ciphertext: base64(sealed.ciphertext),
    expiresAtMs: null,
  };
}

/**
 * Decrypts a sealed secret. Rejects when the master key is none of those that we have, the owner is another, or a byte
 * was changed: none of that is an expected outcome.
 */
export async function openSecret(
  sealed: SealedSecret,
  wrapper: KeyWrapper,
  owner: SecretOwner,
): Promise<string> {
  const aad = associatedData(owner);
  try {
    const dataKey = await wrapper.unwrap(wrappedKeyOf(sealed), aad);
    const plaintext = decrypt(
      { iv: bytes(sealed.iv), tag: bytes(sealed.tag), ciphertext: bytes(sealed.ciphertext) },
      dataKey,
      aad,
    );
    return plaintext.toString('utf8');
  } catch (cause) {
    throw doesNotOpen(owner, cause);
  }
}

/** Wraps the data key with the present master key; what it encrypts stays. @returns `sealed` itself when it is so already */
export async function rewrapSecret<Sealed extends SealedSecret>(
  sealed: Sealed,
  wrapper: KeyWrapper,
  owner: SecretOwner,
): Promise<Sealed> {
  if (sealed.keyId === wrapper.keyId) return sealed;
  const aad = associatedData(owner);
  const dataKey = await wrapper.unwrap(wrappedKeyOf(sealed), aad).catch((cause: unknown) => {
    throw doesNotOpen(owner, cause);
  });
  return { ...sealed, wrappedKey: base64(await wrapper.wrap(dataKey, aad)), keyId: wrapper.keyId };
}

function wrappedKeyOf({ wrappedKey, keyId }: SealedSecret): { bytes: Uint8Array; keyId: string | undefined } {
  return { bytes: bytes(wrappedKey), keyId };
}

function doesNotOpen({ tenant, endpointId }: SecretOwner, cause: unknown): Error {
  const whose = `${tenant}/${endpointId}`;
  return new Error(`the secret of ${whose} does not open: another master key, or changed data`, { cause });
}

function associatedData({ tenant, endpointId, purpose }: SecretOwner): Buffer {
  // none may hold a line break, so no two owners share it
  return Buffer.from(`${tenant}\n${endpointId}${purpose === undefined ? '' : `\n${purpose}`}`);
}

function base64(value: Uint8Array): string {
  return Buffer.from(value).toString('base64');
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'base64');
}
