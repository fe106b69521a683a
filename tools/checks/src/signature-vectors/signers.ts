import { createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { hmac, type Signed, type Signer } from './vector.js';

const secret = (fill: number) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`;
const decoded = (text: string) => Buffer.from(text.slice('whsec_'.length), 'base64');
const secrets = [secret(7), secret(9)] as const;
const same = { sign: secrets, verify: secrets };
const hex = 'f'.repeat(64);
const base64 = Buffer.alloc(32, 0xff).toString('base64');

export const standard: Signer = {
  scheme: 'standard',
  pair: same,
  signatureHeader: 'webhook-signature',
  timestampHeader: 'webhook-timestamp',
  separator: ' ',
  otherVersion: (signature) => signature.replace('v1,', 'v2,'),
  bare: 'v1,',
  garbage: `v1,${base64}`,
  headers: (request) =>
    standardHeaders(request, ({ id, timestampSec, body }) =>
      request.secrets.map((text) => `v1,${hmac(decoded(text), `${id}.${timestampSec}.`, body, 'base64')}`),
    ),
};

const seeds = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] as const;
const publicKeys = [publicKey(seeds[0]), publicKey(seeds[1])] as const;

export const standardEd25519: Signer = {
  scheme: 'standard-ed25519',
  pair: { sign: [seeds[0].toString('hex'), seeds[1].toString('hex')], verify: publicKeys },
  signatureHeader: 'webhook-signature',
  timestampHeader: 'webhook-timestamp',
  separator: ' ',
  otherVersion: (signature) => signature.replace('v1a,', 'v1,'),
  bare: 'v1a,',
  garbage: `v1a,${Buffer.alloc(64, 0xff).toString('base64')}`,
  headers: (request) =>
    standardHeaders(request, ({ id, timestampSec, body }) => {
      const content = Buffer.concat([Buffer.from(`${id}.${timestampSec}.`), body]);
      return request.secrets.map(
        (seed) => `v1a,${sign(null, content, privateKey(Buffer.from(seed, 'hex'))).toString('base64')}`,
      );
    }),
};

/** The public key is no secret: whoever has it must not be able to sign with it as if it were one. */
export function signedWithThePublicKey({ id, timestampSec, body }: Signed): string {
  const key = Buffer.from(publicKeys[0].slice('whpk_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestampSec}.`).update(body).digest('base64')}`;
}

function standardHeaders(request: Signed, signatures: (request: Signed) => string[]): Record<string, string> {
  return {
    'webhook-id': request.id,
    'webhook-timestamp': String(request.timestampSec),
    'webhook-signature': signatures(request).join(' '),
  };
}

export const timestampHex: Signer = {
  scheme: 'timestamp-hex',
  pair: same,
  signatureHeader: 'x-webhook-signature',
  timestampHeader: 'x-webhook-timestamp',
  separator: ',',
  otherVersion: (signature) => signature.replace('v1=', 'v2='),
  bare: 'v1=',
  garbage: `v1=${hex}`,
  headers: ({ secrets: keys, id, timestampSec, body }) => ({
    'x-webhook-id': id,
    'x-webhook-timestamp': String(timestampSec),
    'x-webhook-signature': keys.map((key) => `v1=${hmac(key, `${timestampSec}.`, body, 'hex')}`).join(','),
    'x-webhook-attempt': '1',
    'x-webhook-delivery': 'dlv_1',
  }),
};

export const bodyHex: Signer = {
  scheme: 'body-hex',
  pair: same,
  signatureHeader: 'x-webhook-signature',
  timestampHeader: null,
  separator: null,
  otherVersion: (signature) => `v1=${signature}`,
  bare: null,
  garbage: hex.slice(1),
  headers: ({ secrets: [key = ''], id, body }) => ({
    'x-webhook-id': id,
    'x-webhook-signature': hmac(key, '', body, 'hex'),
    'x-webhook-attempt': '1',
  }),
};

const text = ['secret-of-the-provider', 'older-secret-of-the-provider'] as const;
const own = { sign: text, verify: text };

export const stripe: Signer = {
  scheme: 'stripe',
  pair: own,
  signatureHeader: 'stripe-signature',
  timestampHeader: null,
  separator: null,
  otherVersion: (signature) => signature.replace('v1=', 'v0='),
  bare: 't=1702987200,v1=',
  garbage: `t=1702987200,v1=${hex}`,
  headers: ({ secrets: keys, timestampSec, body }) => ({
    'stripe-signature': [
      `t=${timestampSec}`,
      ...keys.map((key) => `v1=${hmac(key, `${timestampSec}.`, body, 'hex')}`),
    ].join(','),
  }),
};

export const github: Signer = {
  scheme: 'github',
  pair: own,
  signatureHeader: 'x-hub-signature-256',
  timestampHeader: null,
  separator: null,
  otherVersion: (signature) => signature.replace('sha256=', 'sha1='),
  bare: 'sha256=',
  garbage: `sha256=${hex}`,
  headers: ({ secrets: [key = ''], body }) => ({
    'x-hub-signature-256': `sha256=${hmac(key, '', body, 'hex')}`,
  }),
};

export const shopify: Signer = {
  scheme: 'shopify',
  pair: own,
  signatureHeader: 'x-shopify-hmac-sha256',
  timestampHeader: null,
  separator: null,
  otherVersion: (signature) => Buffer.from(signature, 'base64').toString('hex'),
  bare: null,
  garbage: base64.slice(1),
  headers: ({ secrets: [key = ''], body }) => ({ 'x-shopify-hmac-sha256': hmac(key, '', body, 'base64') }),
};

export const slack: Signer = {
  scheme: 'slack',
  pair: own,
  signatureHeader: 'x-slack-signature',
  timestampHeader: 'x-slack-request-timestamp',
  separator: null,
  otherVersion: (signature) => signature.replace('v0=', 'v1='),
  bare: 'v0=',
  garbage: `v0=${hex}`,
  headers: ({ secrets: [key = ''], timestampSec, body }) => ({
    'x-slack-request-timestamp': String(timestampSec),
    'x-slack-signature': `v0=${hmac(key, `v0:${timestampSec}:`, body, 'hex')}`,
  }),
};

/** PKCS #8 of Ed25519 up to the seed (RFC 8410). */
function privateKey(seed: Buffer) {
  const key = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function publicKey(seed: Buffer): string {
  const der = createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' });
  return `whpk_${der.subarray(-32).toString('base64')}`;
}
