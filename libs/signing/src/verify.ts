import { verify as verifySignature } from 'node:crypto';
import type { SignatureScheme } from './scheme.js';
import { publicKeyOf } from './key-pair.js';
import {
  bodyHexSignature,
  signedContent,
  signingKeyOf,
  standardSignature,
  timestampHexSignature,
} from './signature.js';
import {
  compared,
  headerOf,
  missing,
  noMatch,
  timestampFault,
  type SignedRequest,
  type Verification,
} from './verification.js';

/** `body-hex` has no timestamp; for `standard-ed25519` the secrets are the public keys (`whpk_`). */
export interface VerificationInput extends SignedRequest {
  readonly scheme: SignatureScheme;
}

/** Checks a webhook as a receiver does; signatures are compared in constant time (contract: What a receiver gets). */
export function verify(input: VerificationInput): Verification {
  switch (input.scheme) {
    case 'standard':
      return verifyStandard(input);
    case 'standard-ed25519':
      return verifyEd25519(input);
    case 'timestamp-hex':
      return verifyTimestampHex(input);
    case 'body-hex':
      return verifyBodyHex(input);
  }
}

function verifyStandard(input: VerificationInput): Verification {
  return withStandardHeaders(input, (id, timestamp, signatures) => {
    const expected = input.secrets.map((secret) =>
      standardSignature(signingKeyOf(secret), id, timestamp, input.body),
    );
    return compared(signatures, expected);
  });
}

function verifyEd25519(input: VerificationInput): Verification {
  return withStandardHeaders(input, (id, timestamp, signatures) => {
    const content = signedContent(id, timestamp, input.body);
    const keys = input.secrets.map(publicKeyOf);
    const matches = signatures
      .filter((signature) => signature.startsWith('v1a,'))
      .map((signature) => Buffer.from(signature.slice('v1a,'.length), 'base64'))
      .some((signature) => keys.some((key) => verifySignature(null, content, key, signature)));
    return matches ? { ok: true } : noMatch;
  });
}

function withStandardHeaders(
  input: VerificationInput,
  check: (id: string, timestamp: string, signatures: readonly string[]) => Verification,
): Verification {
  const id = headerOf(input, 'webhook-id');
  const timestamp = headerOf(input, 'webhook-timestamp');
  const signatures = headerOf(input, 'webhook-signature');
  if (!id) return missing('webhook-id');
  if (!timestamp) return missing('webhook-timestamp');
  if (!signatures) return missing('webhook-signature');
  return timestampFault(timestamp, input) ?? check(id, timestamp, signatures.split(' '));
}

function verifyTimestampHex(input: VerificationInput): Verification {
  const timestamp = headerOf(input, 'x-webhook-timestamp');
  const signatures = headerOf(input, 'x-webhook-signature');
  if (!timestamp) return missing('X-Webhook-Timestamp');
  if (!signatures) return missing('X-Webhook-Signature');
  const expected = () =>
    input.secrets.map((secret) => timestampHexSignature(signingKeyOf(secret), timestamp, input.body));
  return timestampFault(timestamp, input) ?? compared(signatures.split(','), expected());
}

function verifyBodyHex(input: VerificationInput): Verification {
  const signature = headerOf(input, 'x-webhook-signature');
  if (!signature) return missing('X-Webhook-Signature');
  const expected = input.secrets.map((secret) => bodyHexSignature(signingKeyOf(secret), input.body));
  return compared([signature], expected);
}
