const prefix = 'whsec_';
const minBytes = 24;
const maxBytes = 64;

/**
 * A secret from random bytes: `whsec_` and their base64 (Standard Webhooks).
 * @param randomBytes 24 to 64 of them; 32 are usual. Throws a RangeError otherwise.
 */
export function generateSecret(randomBytes: Uint8Array): string {
  if (randomBytes.byteLength < minBytes || randomBytes.byteLength > maxBytes) {
    throw new RangeError(`a secret has ${minBytes} to ${maxBytes} bytes, not ${randomBytes.byteLength}`);
  }
  return prefix + Buffer.from(randomBytes).toString('base64');
}

/** The bytes of a secret. Throws a RangeError for what is not `whsec_` and base64: secrets are checked when they are set. */
export function decodeSecret(secret: string): Buffer {
  const encoded = secret.slice(prefix.length);
  if (!secret.startsWith(prefix) || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) {
    // the text itself stays out of logs
    throw new RangeError('a secret is whsec_ followed by base64');
  }
  return Buffer.from(encoded, 'base64');
}
