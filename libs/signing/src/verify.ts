import { timingSafeEqual } from 'node:crypto';
import type { SignatureScheme } from '@postel/contracts';
import { bodyHexSignature, signingKeyOf, standardSignature, timestampHexSignature } from './signature.js';

export type VerificationCode =
  'MISSING_HEADER' | 'INVALID_TIMESTAMP' | 'TIMESTAMP_EXPIRED' | 'TIMESTAMP_IN_FUTURE' | 'INVALID_SIGNATURE';

export type Verification =
  { readonly ok: true } | { readonly ok: false; readonly code: VerificationCode; readonly message: string };

export interface VerificationInput {
  readonly scheme: SignatureScheme;
  /** Any of which may have signed. */
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
    case 'timestamp-hex':
      return verifyTimestampHex(input);
    case 'body-hex':
      return verifyBodyHex(input);
  }
}

function verifyStandard(input: VerificationInput): Verification {
  const id = header(input, 'webhook-id');
  const timestamp = header(input, 'webhook-timestamp');
  const signatures = header(input, 'webhook-signature');
  if (!id) return missing('webhook-id');
  if (!timestamp) return missing('webhook-timestamp');
  if (!signatures) return missing('webhook-signature');
  const expected = () =>
    input.secrets.map((secret) => standardSignature(signingKeyOf(secret), id, timestamp, input.body));
  return timestampFault(timestamp, input) ?? compared(signatures.split(' '), expected());
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
  if (matches) return { ok: true };
  return { ok: false, code: 'INVALID_SIGNATURE', message: 'no signature matches' };
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  // the length of a signature is no secret
  return left.length === right.length && timingSafeEqual(left, right);
}

function missing(name: string): Verification {
  return { ok: false, code: 'MISSING_HEADER', message: `the header ${name} is missing` };
}
