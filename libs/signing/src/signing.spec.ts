import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { SignatureScheme } from '@postel/contracts';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { decodeSecret, generateSecret } from './secret.js';
import { signHeaders, type SigningInput } from './sign-headers.js';
import { signingKeyOf } from './signature.js';
import { verify } from './verify.js';

const nowSec = 1_702_987_200;
const secret = generateSecret(new Uint8Array(32).fill(7));
const older = generateSecret(new Uint8Array(24).fill(9));

function input({
  secrets = [secret],
  ...overrides
}: Partial<SigningInput> & { readonly secrets?: readonly string[] } = {}): SigningInput {
  return {
    schemes: ['standard', 'timestamp-hex'],
    keys: secrets.map(signingKeyOf),
    messageId: 'evt_1',
    deliveryId: 'dlv_1',
    attemptNumber: 2,
    timestampSec: nowSec,
    body: Buffer.from('{"a":"é"}'),
    ...overrides,
  };
}

const secrets = fc.uint8Array({ minLength: 24, maxLength: 64 }).map(generateSecret);
const schemes = fc.constantFrom<SignatureScheme>('standard', 'timestamp-hex', 'body-hex');
const ids = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);

describe('secrets', () => {
  it('are whsec_ and the base64 of their bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), (bytes) => {
        expect([...decodeSecret(generateSecret(bytes))]).toEqual([...bytes]);
      }),
    );
    expect(() => generateSecret(new Uint8Array(23))).toThrow(RangeError);
    expect(() => generateSecret(new Uint8Array(65))).toThrow(RangeError);
    for (const text of ['', 'whsec_', 'MfKQ9r8G', 'whsec_!!'])
      expect(() => decodeSecret(text)).toThrow(RangeError);
  });
});

describe('signHeaders', () => {
  it('carries both families by default', () => {
    const headers = signHeaders(input({ secrets: [secret, older] }));
    expect(Object.keys(headers).sort()).toEqual([
      'webhook-id',
      'webhook-signature',
      'webhook-timestamp',
      'x-webhook-attempt',
      'x-webhook-delivery',
      'x-webhook-id',
      'x-webhook-signature',
      'x-webhook-timestamp',
    ]);
    expect(headers).toMatchObject({
      'webhook-id': 'evt_1',
      'webhook-timestamp': '1702987200',
      'x-webhook-id': 'evt_1',
      'x-webhook-timestamp': '1702987200',
      'x-webhook-attempt': '2',
      'x-webhook-delivery': 'dlv_1',
    });
    expect(headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$/);
    expect(headers['x-webhook-signature']).toMatch(/^v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/);
  });

  it('signs timestamp.body with the whole secret as the key, newest first', () => {
    const hmac = (key: string) => createHmac('sha256', key).update('1702987200.{"a":"é"}').digest('hex');
    expect(signHeaders(input({ secrets: [secret, older] }))['x-webhook-signature']).toBe(
      `v1=${hmac(secret)},v1=${hmac(older)}`,
    );
  });

  it('signs the body alone with the newest secret for body-hex', () => {
    const hex = createHmac('sha256', secret).update('{"a":"é"}').digest('hex');
    const expected = { 'x-webhook-signature': hex, 'x-webhook-id': 'evt_1', 'x-webhook-attempt': '2' };
    expect(signHeaders(input({ schemes: ['body-hex'], secrets: [secret, older] }))).toEqual(expected);
    expect(signHeaders(input({ schemes: ['body-hex', 'timestamp-hex'] }))).toEqual(expected);
  });

  it('never leaves a webhook unsigned', () => {
    expect(() => signHeaders(input({ secrets: [] }))).toThrow(RangeError);
  });
});

describe('verify', () => {
  it('accepts what was signed, with any of the secrets', () => {
    fc.assert(
      fc.property(schemes, secrets, secrets, fc.uint8Array(), ids, (scheme, newest, old, body, messageId) => {
        const headers = signHeaders(input({ schemes: [scheme], secrets: [newest, old], body, messageId }));
        expect(verify({ scheme, secrets: [newest], headers, body, nowSec })).toEqual({ ok: true });
        const olderToo = verify({ scheme, secrets: [old], headers, body, nowSec });
        expect(olderToo.ok).toBe(scheme !== 'body-hex' || old === newest);
      }),
    );
  });

  it('refuses another body, another secret and another id', () => {
    fc.assert(
      fc.property(schemes, fc.uint8Array({ minLength: 1 }), fc.nat(), (scheme, body, at) => {
        const headers = signHeaders(input({ schemes: [scheme], body }));
        const changed = body.map((byte, index) => (index === at % body.length ? byte ^ 1 : byte));
        const invalid = { ok: false, code: 'INVALID_SIGNATURE' };
        expect(verify({ scheme, secrets: [secret], headers, body: changed, nowSec })).toMatchObject(invalid);
        expect(verify({ scheme, secrets: [older], headers, body, nowSec })).toMatchObject(invalid);
        if (scheme !== 'standard') return;
        const renamed = { ...headers, 'webhook-id': 'evt_2' };
        expect(verify({ scheme, secrets: [secret], headers: renamed, body, nowSec })).toMatchObject(invalid);
      }),
    );
  });

  it.each([
    ['standard', 'webhook'],
    ['timestamp-hex', 'x-webhook'],
  ] as const)('names what is wrong with the headers of %s', (scheme, family) => {
    const { body } = input();
    const headers: Record<string, string | undefined> = signHeaders(input());
    const code = (changes: Record<string, string | undefined>, atSec = nowSec, toleranceSec = 300) => {
      const result = verify({
        scheme,
        secrets: [secret],
        headers: { ...headers, ...changes },
        body,
        nowSec: atSec,
        toleranceSec,
      });
      return result.ok ? 'ok' : result.code;
    };
    expect(code({ [`${family}-timestamp`]: undefined })).toBe('MISSING_HEADER');
    expect(code({ [`${family}-signature`]: undefined })).toBe('MISSING_HEADER');
    expect(code({ [`${family}-timestamp`]: '2023-12-19' })).toBe('INVALID_TIMESTAMP');
    expect(code({ [`${family}-timestamp`]: '-5' })).toBe('INVALID_TIMESTAMP');
    expect(code({ [`${family}-timestamp`]: `${nowSec}.5` })).toBe('INVALID_TIMESTAMP');
    expect(code({ [`${family}-signature`]: 'v1,AAAA v2=x' })).toBe('INVALID_SIGNATURE');
    expect(code({}, nowSec + 300)).toBe('ok');
    expect(code({}, nowSec + 301)).toBe('TIMESTAMP_EXPIRED');
    expect(code({}, nowSec - 300)).toBe('ok');
    expect(code({}, nowSec - 301)).toBe('TIMESTAMP_IN_FUTURE');
    expect(code({}, nowSec + 10, 10)).toBe('ok');
    expect(code({}, nowSec + 11, 10)).toBe('TIMESTAMP_EXPIRED');
  });

  it('reads header names in any case', () => {
    const { body } = input();
    const headers = Object.fromEntries(
      Object.entries(signHeaders(input())).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(verify({ scheme: 'standard', secrets: [secret], headers, body, nowSec })).toEqual({ ok: true });
    expect(verify({ scheme: 'timestamp-hex', secrets: [secret], headers, body, nowSec })).toEqual({
      ok: true,
    });
  });
});

describe('agreement with the reference implementation of Standard Webhooks', () => {
  // it reads the clock itself
  const atSec = Math.floor(Date.now() / 1_000);
  const bodies = fc.string({ unit: 'binary' }).map((text) => text.toWellFormed());

  it('verifies what we sign', () => {
    fc.assert(
      fc.property(secrets, ids, fc.jsonValue(), (key, messageId, value) => {
        const body = JSON.stringify(value);
        const headers = signHeaders(
          input({
            schemes: ['standard'],
            secrets: [older, key],
            messageId,
            timestampSec: atSec,
            body: Buffer.from(body),
          }),
        );
        expect(() => new Webhook(key).verify(body, headers)).not.toThrow();
      }),
    );
  });

  it('signs what we verify', () => {
    fc.assert(
      fc.property(secrets, ids, bodies, (key, id, body) => {
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': String(atSec),
          'webhook-signature': new Webhook(key).sign(id, new Date(atSec * 1_000), body),
        };
        const given = { scheme: 'standard', headers, body: Buffer.from(body), nowSec: atSec } as const;
        expect(verify({ ...given, secrets: [key] })).toEqual({ ok: true });
        expect(verify({ ...given, secrets: [generateSecret(randomBytes(32))] }).ok).toBe(false);
      }),
    );
  });
});
