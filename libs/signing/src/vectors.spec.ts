import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { SignatureScheme, SourceProvider } from '@postel/contracts';
import { readdirSync, readFileSync } from 'node:fs';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { verify } from './verify.js';
import { verifyProvider } from './verify-provider.js';

interface Vector {
  readonly name: string;
  readonly scheme: string;
  readonly secrets: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBase64: string;
  readonly nowSec: number;
  readonly toleranceSec: number;
  readonly expect: string;
}

const directory = new URL('../vectors/', import.meta.url);
const vectors = readdirSync(directory)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => JSON.parse(readFileSync(new URL(file, directory), 'utf8')) as Vector[]);

const schemes: readonly string[] = ['standard', 'standard-ed25519', 'timestamp-hex', 'body-hex'];

function codeOf({ scheme, bodyBase64, ...rest }: Vector): string {
  const given = { ...rest, body: Buffer.from(bodyBase64, 'base64') };
  const result = schemes.includes(scheme)
    ? verify({ ...given, scheme: scheme as SignatureScheme })
    : verifyProvider({ ...given, provider: scheme as SourceProvider, signature: null });
  return result.ok ? 'ok' : result.code;
}

describe('the test vectors', () => {
  it.each(vectors)('$name', (vector) => {
    expect(codeOf(vector)).toBe(vector.expect);
  });

  it('have what every scheme must be tried with', () => {
    for (const scheme of schemes) {
      const codes = new Set(vectors.filter((one) => one.scheme === scheme).map((one) => one.expect));
      const timed = ['INVALID_TIMESTAMP', 'TIMESTAMP_EXPIRED', 'TIMESTAMP_IN_FUTURE'];
      const expected = ['ok', 'INVALID_SIGNATURE', 'MISSING_HEADER', ...(scheme === 'body-hex' ? [] : timed)];
      expect([...codes].sort()).toEqual(expected.sort());
    }
  });
});

describe('standardwebhooks, of npm', () => {
  const standard = vectors.filter(({ scheme }) => scheme === 'standard');

  afterEach(() => void jest.restoreAllMocks());

  it.each(standard)('agrees on $name', ({ secrets, headers, bodyBase64, nowSec, expect: code }) => {
    jest.spyOn(Date, 'now').mockReturnValue(nowSec * 1_000);
    const takes = (secret: string) => {
      try {
        const body = Buffer.from(bodyBase64, 'base64').toString();
        new Webhook(secret).verify(body, { ...headers }, { jsonParse: false });
        return true;
      } catch (error) {
        if (error instanceof WebhookVerificationError) return false;
        throw error;
      }
    };
    expect(secrets.some(takes)).toBe(code === 'ok');
  });
});
