import { describe, expect, it } from '@jest/globals';
import type { HmacSignature } from '@postel/contracts';
import { createHmac } from 'node:crypto';
import { signHeaders } from './sign-headers.js';
import { generateSecret } from './secret.js';
import { signingKeyOf } from './signature.js';
import { verifyProvider, type ProviderVerificationInput } from './verify-provider.js';

const nowSec = 1_702_987_200;
const whsec = generateSecret(new Uint8Array(32).fill(7));

/** Each provider with what a good request of it has. */
const good = {
  stripe: stripe({}),
  github: {
    provider: 'github',
    // the sample of GitHub's documentation
    secrets: ["It's a Secret to Everybody"],
    body: 'Hello, World!',
    headers: {
      'X-Hub-Signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    },
  },
  shopify: {
    provider: 'shopify',
    secrets: ['hush-of-shopify'],
    body: '{"id":1}',
    headers: {
      'x-shopify-hmac-sha256': createHmac('sha256', 'hush-of-shopify').update('{"id":1}').digest('base64'),
    },
  },
  slack: {
    provider: 'slack',
    // the sample of Slack's documentation
    secrets: ['8f742231b10e8888abcd99yyyzzz85a5'],
    body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    headers: {
      'X-Slack-Request-Timestamp': '1531420618',
      'X-Slack-Signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    },
    nowSec: 1_531_420_618,
  },
  'standard-webhooks': signed('standard-webhooks', 'standard'),
  'postel standard': signed('postel', 'standard'),
  'postel timestamp-hex': signed('postel', 'timestamp-hex'),
  'postel body-hex': signed('postel', 'body-hex'),
  hmac: hmac({}),
  'hmac of all parts': hmac({
    encoding: 'base64',
    algorithm: 'sha512',
    prefix: 'v1,',
    timestamp: { header: 'X-At', unit: 'milliseconds' },
    idHeader: 'X-Id',
    signed: '{id}:{timestamp}:{body}:end',
  }),
} as const satisfies Record<string, Sample>;

type Sample = Pick<ProviderVerificationInput, 'provider' | 'secrets' | 'headers'> & {
  readonly body: string;
  readonly nowSec?: number;
  readonly signature?: HmacSignature;
};

function stripe({ at = nowSec, secret = 'whsec_of_stripe', body = '{"id":"evt_1"}' }): Sample {
  const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  return {
    provider: 'stripe',
    secrets: ['whsec_of_stripe'],
    body,
    headers: { 'stripe-signature': `t=${at},v1=${'0'.repeat(64)},v1=${signature},v0=beef` },
  };
}

function signed(
  provider: 'postel' | 'standard-webhooks',
  scheme: 'standard' | 'timestamp-hex' | 'body-hex',
): Sample {
  const body = '{"type":"order.created"}';
  const headers = signHeaders({
    schemes: [scheme],
    keys: [signingKeyOf(whsec)],
    messageId: 'evt_1',
    deliveryId: 'dlv_1',
    attemptNumber: 1,
    timestampSec: nowSec,
    body: Buffer.from(body),
  });
  return { provider, secrets: [whsec], body, headers };
}

function hmac(given: Partial<HmacSignature>): Sample {
  const how: HmacSignature = {
    header: 'X-Sig',
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: '',
    timestamp: null,
    signed: '{body}',
    idHeader: null,
    typeHeader: null,
    ...given,
  };
  const body = '{"a":"{timestamp}"}';
  const content = how.signed === '{body}' ? body : `one.{id}:${nowSec}000:${body}:end`;
  const signature =
    how.prefix + createHmac(how.algorithm, 'our-own-key').update(content).digest(how.encoding);
  return {
    provider: 'hmac',
    signature: how,
    secrets: ['our-own-key'],
    body,
    headers: { 'x-sig': signature, 'x-at': `${nowSec}000`, 'x-id': 'one.{id}' },
  };
}

function verified(sample: Sample, changes: Partial<ProviderVerificationInput> = {}) {
  const { body, signature = null, nowSec: atSec = nowSec, ...rest } = sample;
  return verifyProvider({ ...rest, signature, nowSec: atSec, body: Buffer.from(body), ...changes });
}

const samples: readonly { readonly name: string; readonly sample: Sample }[] = Object.entries(good).map(
  ([name, sample]) => ({ name, sample }),
);

describe('verifyProvider', () => {
  it.each(samples)('takes what $name signed, with any of several secrets', ({ sample }) => {
    expect(verified(sample)).toEqual({ ok: true });
    const others = sample.secrets[0]?.startsWith('whsec_')
      ? [generateSecret(new Uint8Array(24))]
      : ['another'];
    expect(verified(sample, { secrets: [...others, ...sample.secrets] })).toEqual({ ok: true });
    expect(verified(sample, { secrets: others })).toMatchObject({ ok: false, code: 'INVALID_SIGNATURE' });
    expect(verified(sample, { secrets: [] })).toMatchObject({ ok: false, code: 'INVALID_SIGNATURE' });
  });

  it.each(samples)('refuses a changed body, and a signature that is not there, of $name', ({ sample }) => {
    for (const body of [`${sample.body} `, sample.body.slice(1), ''])
      expect(verified(sample, { body: Buffer.from(body) })).toMatchObject({ code: 'INVALID_SIGNATURE' });
    expect(verified(sample, { headers: {} })).toMatchObject({ ok: false, code: 'MISSING_HEADER' });
    const empty = Object.fromEntries(Object.keys(sample.headers).map((name) => [name, '']));
    expect(verified(sample, { headers: empty })).toMatchObject({ ok: false });
  });

  it.each(samples.filter(({ name }) => !/github|shopify|body-hex|^hmac$/.test(name)))(
    'refuses a time too far off, either way, of $name',
    ({ sample }) => {
      const atSec = 'nowSec' in sample ? Number(sample.nowSec) : nowSec;
      expect(verified(sample, { nowSec: atSec + 300 })).toEqual({ ok: true });
      expect(verified(sample, { nowSec: atSec - 300 })).toEqual({ ok: true });
      expect(verified(sample, { nowSec: atSec + 301 })).toMatchObject({ code: 'TIMESTAMP_EXPIRED' });
      expect(verified(sample, { nowSec: atSec - 301 })).toMatchObject({ code: 'TIMESTAMP_IN_FUTURE' });
      expect(verified(sample, { nowSec: atSec + 3, toleranceSec: 2 })).toMatchObject({
        code: 'TIMESTAMP_EXPIRED',
      });
    },
  );

  it('takes no other scheme of Stripe for its own, and the first time that is given', () => {
    const { headers } = stripe({});
    const header = String(headers['stripe-signature']);
    const refused = [
      header.replaceAll('v1=', 'v0='),
      header.replace(/t=\d+/, 't=x'),
      header.replace(/^t=\d+,/, ''),
      `t=${nowSec - 9},${header}`,
    ];
    for (const text of refused)
      expect(verified(stripe({}), { headers: { 'stripe-signature': text } })).toMatchObject({ ok: false });
  });

  it('wants the prefix, and forgives hex in capitals', () => {
    const { headers } = good.github;
    const signature = headers['X-Hub-Signature-256'];
    const as = (text: string) => verified(good.github, { headers: { 'x-hub-signature-256': text } });
    expect(as(`sha256=${signature.slice(7).toUpperCase()}`)).toEqual({ ok: true });
    expect(as(signature.slice(7))).toMatchObject({ ok: false });
    expect(as(`SHA256=${signature.slice(7)}`)).toMatchObject({ ok: false });
  });

  it.each(['constructor', '__proto__', 'toString'])('finds no header %s where there is none', (header) => {
    expect(verified(hmac({ header }), { headers: {} })).toMatchObject({ code: 'MISSING_HEADER' });
  });
});
