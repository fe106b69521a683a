import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

const privatePrefix = 'whsk_';
const publicPrefix = 'whpk_';
const seedBytes = 32;
/** PKCS #8 and SPKI of Ed25519 up to the key itself (RFC 8410): node:crypto takes no raw keys. */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const spki = Buffer.from('302a300506032b6570032100', 'hex');

export interface KeyPair {
  /** `whsk_` and base64 of seed and public key, 64 bytes. */
  readonly privateKey: string;
  /** `whpk_` and base64 of 32 bytes. */
  readonly publicKey: string;
}

/** An Ed25519 pair from 32 random bytes, as Standard Webhooks writes it. Throws a RangeError for another number. */
export function generateKeyPair(randomBytes: Uint8Array): KeyPair {
  if (randomBytes.byteLength !== seedBytes) throw new RangeError(`an Ed25519 seed has ${seedBytes} bytes`);
  const half = createPublicKey(privateKeyOfSeed(randomBytes)).export({ format: 'der', type: 'spki' });
  const publicBytes = half.subarray(spki.length);
  return {
    privateKey: privatePrefix + Buffer.concat([randomBytes, publicBytes]).toString('base64'),
    publicKey: publicPrefix + publicBytes.toString('base64'),
  };
}

/** Ready to sign with. Throws a RangeError for what is no `whsk_` of 64 bytes. */
export function privateKeyOf(text: string): KeyObject {
  return privateKeyOfSeed(decoded(text, privatePrefix, 2 * seedBytes).subarray(0, seedBytes));
}

/** Ready to verify with. Throws a RangeError for what is no `whpk_` of 32 bytes. */
export function publicKeyOf(text: string): KeyObject {
  const key = Buffer.concat([spki, decoded(text, publicPrefix, seedBytes)]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

function privateKeyOfSeed(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
}

function decoded(text: string, prefix: string, sizeBytes: number): Buffer {
  const bytes = Buffer.from(text.slice(prefix.length), 'base64');
  // the text itself stays out of logs
  if (!text.startsWith(prefix) || bytes.length !== sizeBytes)
    throw new RangeError(`a key of this kind is ${prefix} followed by base64 of ${sizeBytes} bytes`);
  return bytes;
}
