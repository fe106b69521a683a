import { createHmac } from 'node:crypto';

/** One request as a receiver sees it, and what its verifier must say (libs/signing/vectors/README.md). */
export interface Vector {
  readonly name: string;
  /** Of the four schemes; a provider for those that sign in their own way. */
  readonly scheme: string;
  readonly secrets: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBase64: string;
  readonly nowSec: number;
  readonly toleranceSec: number;
  readonly expect: string;
}

/** One request being signed. */
export interface Signed {
  readonly secrets: readonly string[];
  readonly id: string;
  readonly timestampSec: number;
  readonly body: Buffer;
}

/** How a scheme signs, written without @postel/signing: the vectors are what that is checked with. */
export interface Signer {
  readonly scheme: string;
  readonly pair: { readonly sign: readonly [string, string]; readonly verify: readonly [string, string] };
  readonly signatureHeader: string;
  readonly timestampHeader: string | null;
  /** Between the signatures of one header; `null` where only one is sent. */
  readonly separator: string | null;
  /** A signature of another version, made with the right key. */
  readonly otherVersion: (signature: string) => string;
  /** What stands before every signature; `null` when nothing does. */
  readonly bare: string | null;
  /** Well formed, and of nobody. */
  readonly garbage: string;
  readonly headers: (request: Signed) => Record<string, string>;
}

export const nowSec = 1_702_987_200;
export const toleranceSec = 300;

export function hmac(
  key: string | Buffer,
  content: string,
  body: Buffer,
  encoding: 'hex' | 'base64',
): string {
  return createHmac('sha256', key).update(content).update(body).digest(encoding);
}
