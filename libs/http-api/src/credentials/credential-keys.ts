import { hkdfSync } from 'node:crypto';

/** Keys for what Postel itself hands out to callers. None can be computed from another. */
export interface CredentialKeys {
  /** Of the hashes under which API keys are kept. */
  readonly apiKeys: Uint8Array;
  /** Signs portal tokens. */
  readonly portalTokens: Uint8Array;
  /** Of the ids of portal tokens, by which one that we made is known. */
  readonly portalTokenIds: Uint8Array;
}

/**
 * All from POSTEL_JWT_SECRET (HKDF-SHA256, RFC 5869): every service that authenticates has it, and needs no master key,
 * which opens the endpoints' secrets, for that.
 */
export function deriveCredentialKeys(jwtSecret: string): CredentialKeys {
  const derive = (purpose: string) =>
    new Uint8Array(hkdfSync('sha256', jwtSecret, 'postel', `postel ${purpose} v1`, 32));
  return {
    apiKeys: derive('api-key hash'),
    portalTokens: derive('portal-token signature'),
    portalTokenIds: derive('portal-token id'),
  };
}
