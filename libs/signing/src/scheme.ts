/**
 * The same as in @postel/contracts, written out: this package is published for receivers, who must not need the rest of Postel
 * to read its types. A test holds the two together.
 */
export type SignatureScheme = 'standard' | 'standard-ed25519' | 'timestamp-hex' | 'body-hex';

export type SourceProvider =
  'standard-webhooks' | 'postel' | 'stripe' | 'github' | 'shopify' | 'slack' | 'hmac';

/** How a sender of the provider `hmac` signs. */
export interface HmacSignature {
  /** Of the signature. */
  readonly header: string;
  readonly algorithm: 'sha256' | 'sha1' | 'sha512';
  readonly encoding: 'hex' | 'base64';
  /** Before the signature, such as `sha256=`. */
  readonly prefix: string;
  readonly timestamp: { readonly header: string; readonly unit: 'seconds' | 'milliseconds' } | null;
  /** What is signed, of `{body}`, `{timestamp}` and `{id}`. */
  readonly signed: string;
  readonly idHeader: string | null;
  readonly typeHeader: string | null;
}

/** AES-256-GCM with a data key of its own, which the master key wraps; all fields base64. */
export interface SealedSecret {
  readonly wrappedKey: string;
  /** Which master key wrapped the data key; absent in what 0.1.0 stored. */
  readonly keyId?: string;
  readonly iv: string;
  readonly tag: string;
  readonly ciphertext: string;
  /** It signs until then beside newer ones; `null`: the current one. */
  readonly expiresAtMs: number | null;
}
