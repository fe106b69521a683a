import { timingSafeEqual } from 'node:crypto';

export type VerificationCode =
  'MISSING_HEADER' | 'INVALID_TIMESTAMP' | 'TIMESTAMP_EXPIRED' | 'TIMESTAMP_IN_FUTURE' | 'INVALID_SIGNATURE';

export type Verification =
  { readonly ok: true } | { readonly ok: false; readonly code: VerificationCode; readonly message: string };

/** What every way of signing is checked with. */
export interface SignedRequest {
  /** Any of which may have signed. */
  readonly secrets: readonly string[];
  /** Names in any case; of a repeated header the first counts. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As received, byte for byte. */
  readonly body: Uint8Array;
  readonly nowSec: number;
  /** How far the timestamp may be off, either way, in seconds; 300 when not given. */
  readonly toleranceSec?: number;
}

/** @param name in lower case */
export function headerOf({ headers }: Pick<SignedRequest, 'headers'>, name: string): string | undefined {
  // its own: whoever sets up a source may call a header `constructor`
  const value = Object.hasOwn(headers, name)
    ? headers[name]
    : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'object' ? value[0] : value;
}

/** @param timestamp Unix seconds, as text */
export function timestampFault(
  timestamp: string,
  { nowSec, toleranceSec = 300 }: Pick<SignedRequest, 'nowSec' | 'toleranceSec'>,
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

/** Whether any of the signatures received is one of those expected; each pair is compared in constant time. */
export function compared(received: readonly string[], expected: readonly string[]): Verification {
  const matches = received.some((candidate) =>
    expected.some((signature) => equal(candidate.trim(), signature)),
  );
  return matches ? { ok: true } : noMatch;
}

export const noMatch: Verification = {
  ok: false,
  code: 'INVALID_SIGNATURE',
  message: 'no signature matches',
};

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  // the length of a signature is no secret
  return left.length === right.length && timingSafeEqual(left, right);
}

export function missing(name: string): Verification {
  return { ok: false, code: 'MISSING_HEADER', message: `the header ${name} is missing` };
}
