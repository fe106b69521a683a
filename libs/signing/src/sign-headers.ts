import type { SignatureScheme } from './scheme.js';
import type { KeyObject } from 'node:crypto';
import {
  bodyHexSignature,
  ed25519Signature,
  standardSignature,
  timestampHexSignature,
  type SigningKey,
} from './signature.js';

export interface SigningInput {
  readonly schemes: readonly SignatureScheme[];
  /** Of the secrets, newest first, at least one. */
  readonly keys: readonly SigningKey[];
  /** Of Ed25519, newest first; at least one for `standard-ed25519`, not used without it. */
  readonly privateKeys?: readonly KeyObject[];
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
 * the place of `timestamp-hex`: given both, its signature stands. Throws a RangeError when a scheme has no key.
 */
export function signHeaders(input: SigningInput): Record<string, string> {
  // an unsigned webhook must never go out
  if (input.keys.length === 0) throw new RangeError('signing needs at least one secret');
  const headers: Record<string, string> = {};
  const signatures = standardSignatures(input);
  if (signatures.length > 0) Object.assign(headers, standardHeaders(input, signatures));
  if (input.schemes.includes('body-hex')) Object.assign(headers, bodyHexHeaders(input));
  else if (input.schemes.includes('timestamp-hex')) Object.assign(headers, timestampHexHeaders(input));
  return headers;
}

/** Those of `standard` and those of `standard-ed25519`, each newest first. */
function standardSignatures(input: SigningInput): string[] {
  const { schemes, keys, privateKeys = [], messageId, timestampSec, body } = input;
  const timestamp = String(timestampSec);
  const signatures: string[] = [];
  if (schemes.includes('standard'))
    for (const key of keys) signatures.push(standardSignature(key, messageId, timestamp, body));
  if (!schemes.includes('standard-ed25519')) return signatures;
  if (privateKeys.length === 0) throw new RangeError('standard-ed25519 needs at least one key pair');
  for (const key of privateKeys) signatures.push(ed25519Signature(key, messageId, timestamp, body));
  return signatures;
}

function standardHeaders(
  { messageId, timestampSec }: SigningInput,
  signatures: readonly string[],
): Record<string, string> {
  return {
    'webhook-id': messageId,
    'webhook-timestamp': String(timestampSec),
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
