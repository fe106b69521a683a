import { describe, expect, it } from '@jest/globals';
import { generateKeyPair, generateSecret, privateKeyOf, signHeaders, signingKeyOf } from '@postel/signing';
import { createHmac } from 'node:crypto';
import { checkRequest, type VerifyInput } from './check-request.js';

const secret = generateSecret(Buffer.alloc(32, 1));
const other = generateSecret(Buffer.alloc(32, 2));
const pair = generateKeyPair(Buffer.alloc(32, 3));
const nowSec = 1_700_000_000;
const text = '{"id":"evt_1","type":"order.created","data":{"object":{"amount":1}}}';

function signed(body: string, schemes: Parameters<typeof signHeaders>[0]['schemes'], timestampSec = nowSec) {
  return signHeaders({
    schemes,
    keys: [signingKeyOf(secret)],
    privateKeys: [privateKeyOf(pair.privateKey)],
    messageId: 'evt_1',
    deliveryId: 'dlv_1',
    attemptNumber: 1,
    timestampSec,
    body: Buffer.from(body),
  });
}

function check(given: Partial<VerifyInput> & { readonly text?: string } = {}) {
  return checkRequest({
    headers: signed(text, ['standard', 'timestamp-hex']),
    body: Buffer.from(given.text ?? text),
    secret,
    nowSec,
    toleranceSec: 300,
    ignoreTime: false,
    ...given,
  });
}

const failedChecks = (report: ReturnType<typeof checkRequest>) =>
  report.families.flatMap(({ checks }) => checks.filter(({ ok }) => ok === false).map(({ what }) => what));

describe('a request that is good', () => {
  it.each([
    [
      ['standard', 'timestamp-hex'],
      ['standard (Standard Webhooks)', 'timestamp-hex'],
    ],
    [['standard'], ['standard (Standard Webhooks)']],
    [['body-hex'], ['body-hex']],
  ] as const)('of %j', (schemes, families) => {
    const report = check({ headers: signed(text, schemes) });
    expect(report).toMatchObject({ ok: true, hints: [] });
    expect(report.families.map(({ family }) => family)).toEqual(families);
    expect(failedChecks(report)).toEqual([]);
  });

  it('by the public key', () => {
    const report = check({ headers: signed(text, ['standard-ed25519']), secret: pair.publicKey });
    expect(report).toMatchObject({ ok: true, hints: [] });
  });

  it('while a rotation runs: one of two signatures is enough', () => {
    const headers = signed(text, ['standard']);
    headers['webhook-signature'] =
      `v1,${Buffer.alloc(32).toString('base64')} ${headers['webhook-signature']}`;
    expect(check({ headers })).toMatchObject({ ok: true, hints: [] });
  });

  it('never shows the secret', () => {
    expect(JSON.stringify([check(), check({ secret: other })])).not.toContain(secret.slice(8, 20));
  });
});

describe('what is wrong', () => {
  it('is the secret of another endpoint', () => {
    const report = check({ secret: other });
    expect(report.ok).toBe(false);
    expect(report.hints).toEqual([expect.stringContaining('secret is that of another endpoint')]);
  });

  it.each([
    ['parsed and serialised again', text, JSON.stringify(JSON.parse(text), null, 2), /JSON.stringify/],
    [
      'indented by the sender, compact here',
      JSON.stringify(JSON.parse(text), null, 2),
      text,
      /indented by 2/,
    ],
    ['with the blanks of Python', '{"id": "evt_1", "a": [1, 2]}', '{"id":"evt_1","a":[1,2]}', /json.dumps/],
    ['with a line end more', text, `${text}\n`, /line end after it/],
    ['with a line end less', `${text}\n`, text, /line end at the end of the body is missing/],
    ['with CRLF', '{\n"id":"evt_1"}', '{\r\n"id":"evt_1"}', /CRLF/],
    ['with a byte order mark', text, `\ufeff${text}`, /byte order mark/],
  ])('is a body %s', (_what, sent, received, hint) => {
    const report = check({ headers: signed(sent, ['standard']), text: received });
    expect(report.ok).toBe(false);
    expect(report.hints).toEqual([expect.stringMatching(hint)]);
  });

  it.each([
    ['a secret without whsec_', secret.slice(6), /without whsec_/],
    ['a secret in quotes', `"${secret}"`, /quotes/],
    ['a private key', pair.privateKey, /whsk_ is the private key/],
  ])('is %s', (_what, given, hint) => {
    const report = check({ secret: given });
    expect(report.ok).toBe(false);
    expect(report.hints).toEqual(expect.arrayContaining([expect.stringMatching(hint)]));
  });

  it('is a sender that keyed with the text of the secret', () => {
    const digest = createHmac('sha256', secret).update(`evt_1.${nowSec}.${text}`).digest('base64');
    const headers = { ...signed(text, ['standard']), 'webhook-signature': `v1,${digest}` };
    expect(check({ headers }).hints).toEqual([expect.stringMatching(/key was the text of the secret/)]);
  });

  it('is the content of another scheme', () => {
    const digest = createHmac('sha256', secret).update(text).digest('hex');
    const headers = { ...signed(text, ['timestamp-hex']), 'x-webhook-signature': `v1=${digest}` };
    expect(check({ headers }).hints).toEqual([expect.stringMatching(/the body alone/)]);
  });

  it('is the time, and then the signature is still told to match', () => {
    const report = check({ headers: signed(text, ['standard'], nowSec - 3_600) });
    expect(failedChecks(report)).toEqual(['timestamp']);
    expect(report.families[0]?.checks.find(({ what }) => what === 'timestamp')?.detail).toContain(
      '60 min ago',
    );
    expect(report.hints).toEqual([expect.stringMatching(/--ignore-time/)]);
    expect(check({ headers: signed(text, ['standard'], nowSec - 3_600), ignoreTime: true }).ok).toBe(true);
  });

  it.each([
    ['milliseconds', String(nowSec * 1_000), /milliseconds/],
    ['the future', String(nowSec + 900), /from the future/],
  ])('is a timestamp of %s', (_what, timestamp, hint) => {
    const headers = { ...signed(text, ['standard']), 'webhook-timestamp': timestamp };
    expect(check({ headers }).hints).toEqual(expect.arrayContaining([expect.stringMatching(hint)]));
  });

  it('is that the headers belong to another body', () => {
    const report = check({ text: text.replace('evt_1', 'evt_2') });
    expect(report.hints).toEqual(expect.arrayContaining([expect.stringMatching(/of evt_1.* of evt_2/)]));
  });

  it('is that nothing is signed', () => {
    const report = check({ headers: { 'content-type': 'application/json' } });
    expect(report).toMatchObject({ ok: false, families: [] });
    expect(report.hints).toEqual([expect.stringMatching(/no signature among the 1 headers/)]);
  });

  it('is a header that is missing', () => {
    const { 'webhook-id': _id, ...headers } = signed(text, ['standard']);
    expect(failedChecks(check({ headers }))).toContain('id');
  });

  it('is a signature of Ed25519 checked with the secret', () => {
    const report = check({ headers: signed(text, ['standard-ed25519']) });
    expect(report.families[0]?.checks.at(-1)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/whpk_/),
    });
  });
});

it('checks requests of others too', () => {
  const digest = createHmac('sha256', 'of-github').update(text).digest('hex');
  const headers = { 'x-hub-signature-256': `sha256=${digest}` };
  expect(check({ headers, secret: 'of-github' })).toMatchObject({
    ok: true,
    families: [{ family: 'of github' }],
  });
  expect(check({ headers, secret: 'another' }).ok).toBe(false);
});
