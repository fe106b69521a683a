import { timingSafeEqual, verify as verifySignature } from 'node:crypto';
import type { SignatureScheme } from '@postel/contracts';
import { publicKeyOf } from './key-pair.js';
import {
  bodyHexSignature,
  signedContent,
  signingKeyOf,
  standardSignature,
  timestampHexSignature,
} from './signature.js';

export type VerificationCode =
  'MISSING_HEADER' | 'INVALID_TIMESTAMP' | 'TIMESTAMP_EXPIRED' | 'TIMESTAMP_IN_FUTURE' | 'INVALID_SIGNATURE';

export type Verification =
  { readonly ok: true } | { readonly ok: false; readonly code: VerificationCode; readonly message: string };

export interface VerificationInput {
  readonly scheme: SignatureScheme;
  /** Any of which may have signed; for `standard-ed25519` the public keys (`whpk_`). */
  readonly secrets: readonly string[];
  /** Names in any case; of a repeated header the first counts. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As received, byte for byte. */
  readonly body: Uint8Array;
  readonly nowSec: number;
  /** How far the timestamp may be off, either way, in seconds; 300 when not given. `body-hex` has no timestamp. */
  readonly toleranceSec?: number;
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
  const id = header(input, 'webhook-id');
  const timestamp = header(input, 'webhook-timestamp');
  const signatures = header(input, 'webhook-signature');
  if (!id) return missing('webhook-id');
  if (!timestamp) return missing('webhook-timestamp');
  if (!signatures) return missing('webhook-signature');
  return timestampFault(timestamp, input) ?? check(id, timestamp, signatures.split(' '));
}

function verifyTimestampHex(input: VerificationInput): Verification {
  const timestamp = header(input, 'x-webhook-timestamp');
  const signatures = header(input, 'x-webhook-signature');
  if (!timestamp) return missing('X-Webhook-Timestamp');
  if (!signatures) return missing('X-Webhook-Signature');
  const expected = () =>
    input.secrets.map((secret) => timestampHexSignature(signingKeyOf(secret), timestamp, input.body));
  return timestampFault(timestamp, input) ?? compared(signatures.split(','), expected());
}

function verifyBodyHex(input: VerificationInput): Verification {
  const signature = header(input, 'x-webhook-signature');
  if (!signature) return missing('X-Webhook-Signature');
  const expected = input.secrets.map((secret) => bodyHexSignature(signingKeyOf(secret), input.body));
  return compared([signature], expected);
}

function header({ headers }: VerificationInput, name: string): string | undefined {
  const value = headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'object' ? value[0] : value;
}

function timestampFault(
  timestamp: string,
  { nowSec, toleranceSec = 300 }: VerificationInput,
): Verification | null {
  if (!/^\d{1,15}$/.test(timestamp)) {
    return { ok: false, code: 'INVALID_TIMESTAMP', message: 'the timestamp is not Unix seconds' };
  }
  const offSec = nowSec - Number(timestamp);
  if (offSec > toleranceSec) {
    return { ok: false, code: 'TIMESTAMP_EXPIRED', message: `the timestamp is ${offSec} s old` };
  }
  if (-offSec > toleranceSec) {
    return { ok: false, code: 'TIMESTAMP_IN_FUTURE', message: `the timestamp is ${-offSec} s in the future` };
  }
  return null;
}

function compared(received: readonly string[], expected: readonly string[]): Verification {
  const matches = received.some((candidate) =>
    expected.some((signature) => equal(candidate.trim(), signature)),
  );
  return matches ? { ok: true } : noMatch;
}

const noMatch: Verification = { ok: false, code: 'INVALID_SIGNATURE', message: 'no signature matches' };

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  // the length of a signature is no secret
  return left.length === right.length && timingSafeEqual(left, right);
}

function missing(name: string): Verification {
  return { ok: false, code: 'MISSING_HEADER', message: `the header ${name} is missing` };
}
