import type { SignatureScheme } from '@postel/contracts';
import { bodyHexSignature, standardSignature, timestampHexSignature } from './signature.js';

export interface SigningInput {
  readonly schemes: readonly SignatureScheme[];
  /** Newest first, at least one. */
  readonly secrets: readonly string[];
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
 * the place of `timestamp-hex`: given both, its signature stands. Throws a RangeError when there is no secret, or one that is none.
 */
export function signHeaders(input: SigningInput): Record<string, string> {
  // an unsigned webhook must never go out
  if (input.secrets.length === 0) throw new RangeError('signing needs at least one secret');
  const headers: Record<string, string> = {};
  if (input.schemes.includes('standard')) Object.assign(headers, standardHeaders(input));
  if (input.schemes.includes('body-hex')) Object.assign(headers, bodyHexHeaders(input));
  else if (input.schemes.includes('timestamp-hex')) Object.assign(headers, timestampHexHeaders(input));
  return headers;
}

function standardHeaders({ secrets, messageId, timestampSec, body }: SigningInput): Record<string, string> {
  const timestamp = String(timestampSec);
  const signatures = secrets.map((secret) => standardSignature(secret, messageId, timestamp, body));
  return {
    'webhook-id': messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

function timestampHexHeaders(input: SigningInput): Record<string, string> {
  const timestamp = String(input.timestampSec);
  const signatures = input.secrets.map((secret) => timestampHexSignature(secret, timestamp, input.body));
  return {
    'x-webhook-id': input.messageId,
    'x-webhook-timestamp': timestamp,
    'x-webhook-signature': signatures.join(','),
    'x-webhook-attempt': String(input.attemptNumber),
    'x-webhook-delivery': input.deliveryId,
  };
}

function bodyHexHeaders({ secrets, messageId, attemptNumber, body }: SigningInput): Record<string, string> {
  const [newest = ''] = secrets;
  return {
    'x-webhook-signature': bodyHexSignature(newest, body),
    'x-webhook-id': messageId,
    'x-webhook-attempt': String(attemptNumber),
  };
}
