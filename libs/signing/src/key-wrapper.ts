import { createHash } from 'node:crypto';
import { decryptWith, encryptWith } from './aes-gcm.js';

/** A data key, wrapped. */
export interface WrappedKey {
  readonly bytes: Uint8Array;
  /** `undefined` in what 0.1.0 stored: any key may have been it. */
  readonly keyId: string | undefined;
}

/**
 * Whoever holds the master key: this process ({@link LocalKeyWrapper}) or a KMS. Asked once for each secret and process,
 * not once for each signature. A wrapper that is away for a moment must wait and try again itself: a rejection means
 * that this key does not open.
 */
export interface KeyWrapper {
  /** Names the key that wraps now, and shows nothing of it. */
  readonly keyId: string;
  /** @param context must be given again to unwrap (associated data) */
  wrap(dataKey: Uint8Array, context: Uint8Array): Promise<Uint8Array>;
  unwrap(wrapped: WrappedKey, context: Uint8Array): Promise<Uint8Array>;
  /** Whether it has a key of this name; asks nobody. */
  mayUnwrap(keyId: string): boolean;
}

/** AES-256-GCM with a key of our own. While keys are being changed it opens what either key wrapped. */
export class LocalKeyWrapper implements KeyWrapper {
  readonly keyId: string;
  private readonly keys: readonly { readonly id: string; readonly key: Uint8Array }[];

  /** @param current 32 bytes, as `previous`; throws a RangeError otherwise */
  constructor(
    private readonly current: Uint8Array,
    previous: Uint8Array | null = null,
  ) {
    this.keys = [current, ...(previous ? [previous] : [])].map((key) => ({ id: masterKeyId(key), key }));
    this.keyId = masterKeyId(current);
  }

  wrap(dataKey: Uint8Array, context: Uint8Array): Promise<Uint8Array> {
    return Promise.resolve(encryptWith(this.current, dataKey, context));
  }

  mayUnwrap(keyId: string): boolean {
    return this.keys.some(({ id }) => id === keyId);
  }

  unwrap({ bytes, keyId }: WrappedKey, context: Uint8Array): Promise<Uint8Array> {
    const candidates = keyId === undefined ? this.keys : this.keys.filter(({ id }) => id === keyId);
    let cause: unknown = new Error(`its master key (${keyId ?? 'unnamed'}) is not one of ours`);
    for (const { key } of candidates) {
      try {
        return Promise.resolve(decryptWith(key, bytes, context));
      } catch (error) {
        cause = error;
      }
    }
    return Promise.reject(cause);
  }
}

function masterKeyId(key: Uint8Array): string {
  if (key.byteLength !== 32) throw new RangeError('a master key has 32 bytes');
  return createHash('sha256').update('postel master key id\n').update(key).digest('hex').slice(0, 16);
}
