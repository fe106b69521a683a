import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sign } from 'node:crypto';
import { generateKeyPair, privateKeyOf, publicKeyOf } from './key-pair.js';
import { generateSecret } from './secret.js';
import { signHeaders, type SigningInput } from './sign-headers.js';
import { ed25519Signature, signingKeyOf } from './signature.js';
import { verify } from './verify.js';

/** RFC 8032, 7.1. */
const rfc8032 = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
];

/** Of the server of Svix, from which the scheme of Standard Webhooks comes. */
const known = {
  privateKey: 'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
  publicKey: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSec: 1_614_265_330,
  body: Buffer.from('{"test": 2432232314}'),
  signature: 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
};

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const hmacKey = signingKeyOf(generateSecret(new Uint8Array(32).fill(7)));

function input(overrides: Partial<SigningInput>): SigningInput {
  return {
    schemes: ['standard-ed25519'],
    keys: [hmacKey],
    messageId: known.id,
    deliveryId: 'dlv_1',
    attemptNumber: 1,
    timestampSec: known.timestampSec,
    body: known.body,
    ...overrides,
  };
}

describe('key pairs', () => {
  it.each(rfc8032)('are those of RFC 8032 ($message)', ({ seed, publicKey, message, signature }) => {
    const pair = generateKeyPair(Buffer.from(seed, 'hex'));
    expect(Buffer.from(pair.publicKey.slice(5), 'base64').toString('hex')).toBe(publicKey);
    expect(Buffer.from(pair.privateKey.slice(5), 'base64').toString('hex')).toBe(seed + publicKey);
    const signed = sign(null, Buffer.from(message, 'hex'), privateKeyOf(pair.privateKey));
    expect(signed.toString('hex')).toBe(signature);
  });

  it('refuses what is none', () => {
    const { privateKey, publicKey } = known;
    for (const text of ['', 'whsk_', 'whsk_AAAA', publicKey, `${privateKey.slice(0, -8)}`])
      expect(() => privateKeyOf(text)).toThrow(RangeError);
    for (const text of ['', 'whpk_AAAA', privateKey]) expect(() => publicKeyOf(text)).toThrow(RangeError);
    expect(() => generateKeyPair(new Uint8Array(31))).toThrow(RangeError);
  });
});

describe('standard-ed25519', () => {
  it('signs as the reference does', () => {
    const { body, id, privateKey, signature, timestampSec } = known;
    expect(ed25519Signature(privateKeyOf(privateKey), id, String(timestampSec), body)).toBe(signature);
  });

  it('stands beside v1 when both are on, each newest first', () => {
    const old = generateKeyPair(new Uint8Array(32).fill(1));
    const privateKeys = [privateKeyOf(known.privateKey), privateKeyOf(old.privateKey)];
    const alone = signHeaders(input({ privateKeys }));
    expect(Object.keys(alone).sort()).toEqual(['webhook-id', 'webhook-signature', 'webhook-timestamp']);
    expect(alone['webhook-signature']).toMatch(/^v1a,\S{88} v1a,\S{88}$/);
    expect(alone['webhook-signature']?.split(' ')[0]).toBe(known.signature);
    const both = signHeaders(input({ privateKeys, schemes: ['standard', 'standard-ed25519'] }));
    expect(both['webhook-signature']).toBe(
      `${signHeaders(input({ schemes: ['standard'] }))['webhook-signature']} ${alone['webhook-signature']}`,
    );
  });

  it('never goes out without a signature of its own', () => {
    expect(() => signHeaders(input({}))).toThrow(RangeError);
    expect(() => signHeaders(input({ schemes: ['standard', 'standard-ed25519'] }))).toThrow(RangeError);
  });

  it('verifies with any of the public keys, and nothing that was changed', () => {
    fc.assert(
      fc.property(seeds, seeds, fc.uint8Array({ minLength: 1 }), fc.nat(), (seed, otherSeed, body, at) => {
        const [pair, other] = [generateKeyPair(seed), generateKeyPair(otherSeed)];
        const schemes = ['standard', 'standard-ed25519'] as const;
        const headers = signHeaders(input({ schemes, privateKeys: [privateKeyOf(pair.privateKey)], body }));
        const given = { scheme: 'standard-ed25519', headers, body, nowSec: known.timestampSec } as const;
        const secrets = [other.publicKey, pair.publicKey];
        expect(verify({ ...given, secrets })).toEqual({ ok: true });
        const invalid = { ok: false, code: 'INVALID_SIGNATURE' };
        if (other.publicKey !== pair.publicKey)
          expect(verify({ ...given, secrets: [other.publicKey] })).toMatchObject(invalid);
        const changed = body.map((byte, index) => (index === at % body.length ? byte ^ 1 : byte));
        expect(verify({ ...given, secrets, body: changed })).toMatchObject(invalid);
        expect(verify({ ...given, secrets, headers: { ...headers, 'webhook-id': 'x' } })).toMatchObject(
          invalid,
        );
        const mangled = { ...headers, 'webhook-signature': 'v1a,AAAA v1a, v1a' };
        expect(verify({ ...given, secrets, headers: mangled })).toMatchObject(invalid);
        expect(verify({ ...given, secrets, nowSec: known.timestampSec + 301 }).ok).toBe(false);
      }),
      { numRuns: 30 },
    );
  });
});
