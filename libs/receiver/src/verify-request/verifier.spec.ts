import { describe, expect, it } from '@jest/globals';
import { generateKeyPair, generateSecret } from '@postel/signing';
import { readFileSync } from 'node:fs';
import { WebhookError } from '../webhook-error.js';
import { Verifier, type Scheme } from './verifier.js';

interface Vector {
  readonly name: string;
  readonly scheme: Scheme;
  readonly secrets: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBase64: string;
  readonly nowSec: number;
  readonly toleranceSec: number;
  readonly expect: string;
}

const files = ['standard', 'standard-ed25519', 'timestamp-hex', 'body-hex', 'providers'];
const vectors = files.flatMap((name) => {
  const url = new URL(`../../../signing/vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Vector[];
});
const secret = generateSecret(new Uint8Array(32).fill(7));

function codeOf({ headers, bodyBase64, nowSec, ...options }: Vector): string {
  const verifier = new Verifier({ ...options, clock: () => nowSec * 1_000 + 999 });
  try {
    verifier.verify({ headers, body: Buffer.from(bodyBase64, 'base64') });
    return 'ok';
  } catch (error) {
    if (error instanceof WebhookError && error.statusCode === 401) return error.code;
    throw error;
  }
}

describe('the verifier', () => {
  it.each(vectors.filter(({ secrets }) => secrets.length > 0))('agrees on $name', (vector) => {
    expect(codeOf(vector)).toBe(vector.expect);
  });

  it('takes any other HMAC that can be described', () => {
    const hmac = {
      header: 'X-Hub-Signature-256',
      algorithm: 'sha256',
      encoding: 'hex',
      prefix: 'sha256=',
      timestamp: null,
      signed: '{body}',
      idHeader: null,
      typeHeader: null,
    } as const;
    const ofGithub = vectors.filter(({ scheme, secrets }) => scheme === 'github' && secrets.length > 0);
    expect(ofGithub.length).toBeGreaterThan(10);
    for (const vector of ofGithub) expect(codeOf({ ...vector, scheme: { hmac } })).toBe(vector.expect);
  });

  it.each<[string, unknown, unknown]>([
    ['a variable that is not set', 'standard', [undefined]],
    ['a variable that is not set, of a provider', 'stripe', [undefined]],
    ['a secret instead of a list', 'github', 'It is a secret'],
    ['no list', 'standard', undefined],
    ['a scheme that is none', 'standard-webhooks', [secret]],
  ])('refuses %s at the start, and not each request', (_, scheme, secrets) => {
    expect(() => new Verifier({ scheme, secrets } as never)).toThrow(RangeError);
  });

  it.each<[string, unknown]>([
    ['a parsed object', { type: 'order.created' }],
    ['text', '{"type":"order.created"}'],
    ['nothing', undefined],
    ['null', null],
    ['an array of numbers', [123, 125]],
  ])('refuses %s for a body, and says why', (_, body) => {
    const verifier = new Verifier({ secrets: [secret] });
    const request = { headers: {}, body: body as Uint8Array };
    expect(() => verifier.verify(request)).toThrow(TypeError);
    expect(() => verifier.verify(request)).toThrow(/raw bytes/);
  });

  it.each<[string, readonly string[], Scheme]>([
    ['no secret', [], 'standard'],
    ['an empty one', [''], 'stripe'],
    ['one that is not whsec_', ['MfKQ9r8G'], 'standard'],
    ['the second that is none', [secret, 'whsec_'], 'timestamp-hex'],
    ['a secret for a public key', [secret], 'standard-ed25519'],
    ['a public key for a secret', [generateKeyPair(new Uint8Array(32)).publicKey], 'standard'],
  ])('refuses %s at the start, without showing it', (_, secrets, scheme) => {
    const make = () => new Verifier({ secrets, scheme });
    expect(make).toThrow(RangeError);
    for (const one of secrets.filter((text) => text.length > 6)) expect(make).not.toThrow(one);
  });

  it('refuses a tolerance that takes nothing or everything', () => {
    for (const toleranceSec of [0, -1, NaN])
      expect(() => new Verifier({ secrets: [secret], toleranceSec })).toThrow(RangeError);
  });
});
