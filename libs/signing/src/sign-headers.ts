import type { SignatureScheme } from '@postel/contracts';
import { bodyHexSignature, standardSignature, timestampHexSignature, type SigningKey } from './signature.js';

export interface SigningInput {
  readonly schemes: readonly SignatureScheme[];
  /** Of the secrets, newest first, at least one. */
  readonly keys: readonly SigningKey[];
  /** The event's id: the same on every attempt and replay. */
  readonly messageId: string;
  readonly deliveryId: string;
  /** From 1. */
  readonly attemptNumber: number;
  /** Of the attempt, Unix seconds. */
  readonly timestampSec: number;
  readonly body: Uint8Array;
}

/**
 * The headers that identify and sign one attempt, names in lower case (contract: What a receiver gets). `body-hex` takes
 * the place of `timestamp-hex`: given both, its signature stands. Throws a RangeError when there is no key.
 */
export function signHeaders(input: SigningInput): Record<string, string> {
  // an unsigned webhook must never go out
  if (input.keys.length === 0) throw new RangeError('signing needs at least one secret');
  const headers: Record<string, string> = {};
  if (input.schemes.includes('standard')) Object.assign(headers, standardHeaders(input));
  if (input.schemes.includes('body-hex')) Object.assign(headers, bodyHexHeaders(input));
  else if (input.schemes.includes('timestamp-hex')) Object.assign(headers, timestampHexHeaders(input));
  return headers;
}

function standardHeaders({ keys, messageId, timestampSec, body }: SigningInput): Record<string, string> {
  const timestamp = String(timestampSec);
  const signatures = keys.map((key) => standardSignature(key, messageId, timestamp, body));
  return {
    'webhook-id': messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

function timestampHexHeaders(input: SigningInput): Record<string, string> {
  const timestamp = String(input.timestampSec);
  const signatures = input.keys.map((key) => timestampHexSignature(key, timestamp, input.body));
  return {
    'x-webhook-id': input.messageId,
    'x-webhook-timestamp': timestamp,
    'x-webhook-signature': signatures.join(','),
    'x-webhook-attempt': String(input.attemptNumber),
    'x-webhook-delivery': input.deliveryId,
  };
}

function bodyHexHeaders({ keys, messageId, attemptNumber, body }: SigningInput): Record<string, string> {
  return {
    'x-webhook-signature': bodyHexSignature(keys[0] as SigningKey, body),
    'x-webhook-id': messageId,
    'x-webhook-attempt': String(attemptNumber),
  };
}
