import { createHmac, createSecretKey, hash, sign, type KeyObject } from 'node:crypto';
import { decodeSecret } from './secret.js';

/** A secret ready to sign with: making a key of it costs more than a signature, so it is done once. */
export interface SigningKey {
  /** The decoded bytes (Standard Webhooks). */
  readonly bytes: HmacKey;
  /** The whole text, `whsec_` included. */
  readonly text: HmacKey;
}

/** A key of HMAC-SHA256 (RFC 2104): as it is, and xored with what stands before the inner and the outer hash. */
export interface HmacKey {
  readonly key: KeyObject;
  readonly inner: Buffer;
  readonly outer: Buffer;
}

/** Of SHA-256. */
const blockBytes = 64;
const innerByte = 0x36;
const outerByte = 0x5c;
/** Larger bodies are hashed where they lie: copying them would cost more than it saves. */
const maxCopiedBytes = 8 * 1024;

/** Throws a RangeError for what is no secret. */
export function signingKeyOf(secret: string): SigningKey {
  return { bytes: hmacKeyOf(decodeSecret(secret)), text: hmacKeyOf(Buffer.from(secret)) };
}

function hmacKeyOf(bytes: Buffer): HmacKey {
  const block = Buffer.alloc(blockBytes);
  if (bytes.length > blockBytes) block.set(hash('sha256', bytes, 'buffer'));
  else block.set(bytes);
  return {
    key: createSecretKey(bytes),
    inner: Buffer.from(block.map((byte) => byte ^ innerByte)),
    outer: Buffer.from(block.map((byte) => byte ^ outerByte)),
  };
}

/**
 * The signatures (contract: What a receiver gets). All but Ed25519's are an HMAC-SHA256.
 */

/** `v1,<base64>` over `id.timestamp.body`, keyed with the secret's decoded bytes (Standard Webhooks). */
export function standardSignature(key: SigningKey, id: string, timestamp: string, body: Uint8Array): string {
  return `v1,${hmac(key.bytes, `${id}.${timestamp}.`, body, 'base64')}`;
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
  return `v1=${hmac(key.text, `${timestamp}.`, body, 'hex')}`;
}

/** Hex over the body alone, keyed with the secret's whole text. */
export function bodyHexSignature(key: SigningKey, body: Uint8Array): string {
  return hmac(key.text, '', body, 'hex');
}

/**
 * By two hashes at one stroke each: an object of `createHmac` costs more than the hashing of a small body. Of a KeyObject
 * where it is one, because Node 24's createHmac can take four times as long with a Buffer for a key.
 */
function hmac(key: HmacKey, before: string, body: Uint8Array, encoding: 'base64' | 'hex'): string {
  if (body.length > maxCopiedBytes)
    return createHmac('sha256', key.key).update(before).update(body).digest(encoding);
  const bodyAt = blockBytes + Buffer.byteLength(before);
  const inner = Buffer.allocUnsafe(bodyAt + body.length);
  inner.set(key.inner);
  inner.write(before, blockBytes);
  inner.set(body, bodyAt);
  const outer = Buffer.allocUnsafe(blockBytes + 32);
  outer.set(key.outer);
  // as characters of a byte each: cheaper than a Buffer more
  outer.write(hash('sha256', inner, 'binary'), blockBytes, 'binary');
  const signature = hash('sha256', outer, encoding);
  // this memory is shared with whatever comes next
  inner.fill(0, 0, blockBytes);
  outer.fill(0, 0, blockBytes);
  return signature;
}
