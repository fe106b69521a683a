import { createHmac, createSecretKey, type Hmac, type KeyObject } from 'node:crypto';
import { decodeSecret } from './secret.js';

/**
 * The three signatures (contract: What a receiver gets). Each is an HMAC-SHA256; the body is passed on as it is, never
 * joined with what stands before it.
 */

/** `v1,<base64>` over `id.timestamp.body`, keyed with the secret's decoded bytes (Standard Webhooks). */
export function standardSignature(secret: string, id: string, timestamp: string, body: Uint8Array): string {
  return `v1,${hmacSha256(createSecretKey(decodeSecret(secret)))
    .update(`${id}.${timestamp}.`)
    .update(body)
    .digest('base64')}`;
}

/** `v1=<hex>` over `timestamp.body`, keyed with the secret's whole text, `whsec_` included. */
export function timestampHexSignature(secret: string, timestamp: string, body: Uint8Array): string {
  return `v1=${hmacSha256(createSecretKey(secret, 'utf8')).update(`${timestamp}.`).update(body).digest('hex')}`;
}

/** Hex over the body alone, keyed with the secret's whole text. */
export function bodyHexSignature(secret: string, body: Uint8Array): string {
  return hmacSha256(createSecretKey(secret, 'utf8')).update(body).digest('hex');
}

/** Of a KeyObject, because Node 24's createHmac can take four times as long with a Buffer for a key. */
function hmacSha256(key: KeyObject): Hmac {
  return createHmac('sha256', key);
}
