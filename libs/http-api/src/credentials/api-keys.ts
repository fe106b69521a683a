import { createHmac } from 'node:crypto';
import type { CredentialKeys } from './credential-keys.js';

export const apiKeyPrefix = 'pk_';
const keyBytes = 32;
/** Enough to tell keys apart, and 224 bits short of the key. */
const shownCharacters = 8;

export interface MadeApiKey {
  /** To be shown once. */
  readonly key: string;
  readonly hash: string;
  readonly prefix: string;
}

/** `pk_` and 32 random bytes, base64url. */
export function makeApiKey(keys: CredentialKeys, randomBytes: (sizeBytes: number) => Uint8Array): MadeApiKey {
  const key = `${apiKeyPrefix}${Buffer.from(randomBytes(keyBytes)).toString('base64url')}`;
  return { key, hash: hashApiKey(key, keys), prefix: key.slice(0, shownCharacters) };
}

/**
 * A key is random, so that a slow hash would gain nothing; keyed, so that who reads CONFIG can try no keys.
 * @returns HMAC-SHA256, base64
 */
export function hashApiKey(key: string, keys: CredentialKeys): string {
  return createHmac('sha256', keys.apiKeys).update(key).digest('base64');
}
