import {
  decodeSecret,
  publicKeyOf,
  verify,
  verifyProvider,
  type HmacSignature,
  type SignatureScheme,
  type Verification,
} from '@postel/signing';
import { rawBody } from './raw-body.js';
import { WebhookError } from '../webhook-error.js';

/** One of Postel's, or a provider who signs in its own way; `{ hmac }` for any other HMAC. */
export type Scheme =
  SignatureScheme | 'stripe' | 'github' | 'shopify' | 'slack' | { readonly hmac: HmacSignature };

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface RawRequest {
  /** Names in any case. */
  readonly headers: Headers;
  /** As it came, byte for byte. */
  readonly body: Uint8Array;
}

export interface VerifierOptions {
  /** Any of which may have signed, so that a secret can be replaced; public keys for `standard-ed25519`. At least one. */
  readonly secrets: readonly string[];
  /** `standard` when not given. */
  readonly scheme?: Scheme;
  /** How far the timestamp may be off, either way, in seconds; 300 when not given. */
  readonly toleranceSec?: number;
  /** Unix time in milliseconds. */
  readonly clock?: () => number;
}

/** Says whether a request is of the sender who shares the secret. Signatures are compared in constant time. */
export class Verifier {
  readonly scheme: Scheme;

  /** Throws a RangeError for no secrets, and for what is none of the scheme: at the start, not at the first request. */
  constructor(private readonly options: VerifierOptions) {
    this.scheme = options.scheme ?? 'standard';
    const { secrets, toleranceSec = 300 } = options;
    if (typeof secrets !== 'object' || secrets.length === 0)
      throw new RangeError('a verifier needs a list of at least one secret');
    if (!(toleranceSec > 0)) throw new RangeError('toleranceSec must be positive');
    for (const secret of secrets) checkSecret(secret, this.scheme);
  }

  /** Throws a TypeError for a body that is not raw bytes. */
  check({ headers, body }: RawRequest): Verification {
    const { secrets, toleranceSec = 300, clock = Date.now } = this.options;
    const nowSec = Math.floor(clock() / 1_000);
    const given = { secrets, headers, body: rawBody(body), nowSec, toleranceSec };
    const { scheme } = this;
    if (typeof scheme === 'object')
      return verifyProvider({ ...given, provider: 'hmac', signature: scheme.hmac });
    switch (scheme) {
      case 'standard':
      case 'standard-ed25519':
      case 'timestamp-hex':
      case 'body-hex':
        return verify({ ...given, scheme });
      case 'stripe':
      case 'github':
      case 'shopify':
      case 'slack':
        return verifyProvider({ ...given, provider: scheme, signature: null });
    }
  }

  /** Throws a {@link WebhookError} with the code of what is wrong; a TypeError for a body that is not raw bytes. */
  verify(request: RawRequest): void {
    const result = this.check(request);
    if (!result.ok) throw new WebhookError(result.code, result.message);
  }
}

/** What is read from the environment may be missing, whatever its type says. */
function checkSecret(secret: string | undefined, scheme: Scheme): void {
  if (typeof secret !== 'string' || secret === '')
    throw new RangeError('a secret must be a text and not empty: is its variable set?');
  if (typeof scheme === 'object') return;
  switch (scheme) {
    case 'standard-ed25519':
      publicKeyOf(secret);
      return;
    case 'standard':
    case 'timestamp-hex':
    case 'body-hex':
      decodeSecret(secret);
      return;
    case 'stripe':
    case 'github':
    case 'shopify':
    case 'slack':
      return;
    default:
      throw new RangeError(`there is no scheme ${String(scheme satisfies never)}`);
  }
}
