import { createHmac, createSecretKey, sign, type KeyObject } from 'node:crypto';
import { decodeSecret } from './secret.js';

/** A secret ready to sign with: making a key of it costs more than a signature, so it is done once. */
export interface SigningKey {
  /** The decoded bytes (Standard Webhooks). */
  readonly bytes: KeyObject;
  /** The whole text, `whsec_` included. */
  readonly text: KeyObject;
}

/** Throws a RangeError for what is no secret. */
export function signingKeyOf(secret: string): SigningKey {
  return { bytes: createSecretKey(decodeSecret(secret)), text: createSecretKey(secret, 'utf8') };
}

/**
 * The signatures (contract: What a receiver gets). All but Ed25519's are an HMAC-SHA256; for these the body is passed on
 * as it is, never joined with what stands before it. Of a KeyObject, because Node 24's createHmac can take four times as long with a
 * Buffer for a key.
 */

/** `v1,<base64>` over `id.timestamp.body`, keyed with the secret's decoded bytes (Standard Webhooks). */
export function standardSignature(key: SigningKey, id: string, timestamp: string, body: Uint8Array): string {
  return `v1,${createHmac('sha256', key.bytes).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** `v1a,<base64>` of Ed25519 over the same content (Standard Webhooks). */
export function ed25519Signature(key: KeyObject, id: string, timestamp: string, body: Uint8Array): string {
  return `v1a,${sign(null, signedContent(id, timestamp, body), key).toString('base64')}`;
}

/** `id.timestamp.body` in one piece: Ed25519 goes over it twice. */
export function signedContent(id: string, timestamp: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
}

/** `v1=<hex>` over `timestamp.body`, keyed with the secret's whole text. */
export function timestampHexSignature(key: SigningKey, timestamp: string, body: Uint8Array): string {
  return `v1=${createHmac('sha256', key.text).update(`${timestamp}.`).update(body).digest('hex')}`;
}

/** Hex over the body alone, keyed with the secret's whole text. */
export function bodyHexSignature(key: SigningKey, body: Uint8Array): string {
  return createHmac('sha256', key.text).update(body).digest('hex');
}
