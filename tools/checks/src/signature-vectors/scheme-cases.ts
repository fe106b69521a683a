import { nowSec, toleranceSec, type Signed, type Signer, type Vector } from './vector.js';

type Changes = Partial<Omit<Vector, 'name' | 'scheme' | 'bodyBase64'>> & { readonly body?: Buffer };
type Case = (name: string, changes?: Changes, signed?: Partial<Signed>) => Vector;

const body = Buffer.from('{"type":"order.created","data":{"id":"o_1","total":10.50}}');
const reserialised = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
const spaced = Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 2));

/** Every case that has a meaning in the scheme. */
export function schemeCases(signer: Signer): Vector[] {
  const { scheme, pair } = signer;
  const make: Case = (name, changes = {}, signed = {}) => {
    const request: Signed = {
      secrets: [pair.sign[0]],
      id: 'msg_2Yh8kX1',
      timestampSec: nowSec,
      body,
      ...signed,
    };
    const { body: received = request.body, ...rest } = changes;
    return {
      name: `${scheme}: ${name}`,
      scheme,
      secrets: [pair.verify[0]],
      headers: signer.headers(request),
      bodyBase64: received.toString('base64'),
      nowSec,
      toleranceSec,
      expect: 'ok',
      ...rest,
    };
  };
  return [
    ...bodyCases(make),
    ...secretCases(make, signer),
    ...signatureCases(make, signer),
    ...(signer.timestampHeader === null ? [] : timeCases(make, signer.timestampHeader, scheme)),
  ];
}

const invalid = { expect: 'INVALID_SIGNATURE' } as const;

function bodyCases(make: Case): Vector[] {
  const signed = (text: string) => ({ body: Buffer.from(text) });
  return [
    make('valid'),
    make('valid, unicode', {}, signed('{"name":"Zoë ☕ 😀","nul":"\\u0000"}')),
    make('valid, empty body', {}, signed('')),
    make('valid, white space and line ends are the body’s own', {}, signed('\r\n{ "a" : 1 }\n')),
    make('valid, escaped and unescaped characters differ', {}, signed('{"a":"\\u00e9/\\/"}')),
    make('tampered: one character', {
      ...invalid,
      body: Buffer.from(body.toString().replace('10.50', '90.50')),
    }),
    make('tampered: a line end more', { ...invalid, body: Buffer.concat([body, Buffer.from('\n')]) }),
    make('re-serialised: 10.50 became 10.5', { ...invalid, body: reserialised }),
    make('re-serialised: indented', { ...invalid, body: spaced }),
    make('truncated: the body', { ...invalid, body: body.subarray(0, -1) }),
    make('truncated: nothing came of the body', { ...invalid, body: Buffer.alloc(0) }),
  ];
}

function secretCases(make: Case, { pair, separator }: Signer): Vector[] {
  const [current, old] = pair.verify;
  return [
    make('wrong secret', { ...invalid, secrets: [old] }),
    make('no secret at all', { ...invalid, secrets: [] }),
    make('rotated: the receiver has both secrets', { secrets: [old, current] }),
    make(
      'rotated: the sender still signs with the old one',
      { secrets: [current, old] },
      {
        secrets: [pair.sign[1]],
      },
    ),
    ...(separator === null
      ? []
      : [
          make(
            'rotated: the sender signs with both, the receiver has the old one',
            { secrets: [old] },
            {
              secrets: pair.sign,
            },
          ),
        ]),
  ];
}

function signatureCases(make: Case, signer: Signer): Vector[] {
  const { signatureHeader: header, separator, garbage } = signer;
  const { headers } = make('');
  const signature = headers[header] ?? '';
  const withSignature = (name: string, value: string, changes: Changes) =>
    make(name, { ...changes, headers: { ...headers, [header]: value } });
  const upper = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
  );
  return [
    make('header names in capitals', { headers: upper }),
    ...Object.keys(headers)
      .filter((name) => name === header || name === signer.timestampHeader || name === 'webhook-id')
      .map((name) => make(`without ${name}`, { expect: 'MISSING_HEADER', headers: without(headers, name) })),
    withSignature('truncated: the signature', signature.slice(0, -6), invalid),
    withSignature('tampered: the signature', signature.replace(/.(?=.{8}$)/, other), invalid),
    withSignature('wrong version', signer.otherVersion(signature), invalid),
    ...(signer.bare === null ? [] : [withSignature('a version without a signature', signer.bare, invalid)]),
    ...(separator === null
      ? []
      : [
          withSignature(
            'many signatures, the last one right',
            [...many(garbage), signature].join(separator),
            {},
          ),
          withSignature('many signatures, none right', many(garbage).join(separator), invalid),
          withSignature(
            'many signatures, of other versions too',
            [signer.otherVersion(signature), garbage, signature].join(separator),
            {},
          ),
        ]),
    ...(headers['webhook-id'] === undefined
      ? []
      : [make('tampered: another id', { ...invalid, headers: { ...headers, 'webhook-id': 'msg_other' } })]),
  ];
}

/** In `standard` those alone on which the package `standardwebhooks` can agree: it has one tolerance, and reads `5.5` as 5. */
function timeCases(make: Case, header: string, scheme: Signer['scheme']): Vector[] {
  const { headers } = make('');
  const at = (timestampSec: number) => ({ timestampSec });
  return [
    make('the oldest that is taken', {}, at(nowSec - toleranceSec)),
    make('expired by a second', { expect: 'TIMESTAMP_EXPIRED' }, at(nowSec - toleranceSec - 1)),
    make('expired long ago', { expect: 'TIMESTAMP_EXPIRED' }, at(1_000_000_000)),
    make('the furthest ahead that is taken', {}, at(nowSec + toleranceSec)),
    make('future by a second', { expect: 'TIMESTAMP_IN_FUTURE' }, at(nowSec + toleranceSec + 1)),
    make('future, in milliseconds by mistake', { expect: 'TIMESTAMP_IN_FUTURE' }, at(nowSec * 1_000)),
    ...(scheme === 'standard'
      ? []
      : [
          make(
            'expired for a narrower tolerance',
            { toleranceSec: 10, expect: 'TIMESTAMP_EXPIRED' },
            at(nowSec - 11),
          ),
        ]),
    make('tampered: another timestamp', {
      ...invalid,
      headers: { ...headers, [header]: String(nowSec - 1) },
    }),
    ...['yesterday', '-5', '2023-12-19T12:00:00Z', ...(scheme === 'standard' ? [] : ['1702987200.5'])].map(
      (text) =>
        make(`the timestamp ${text}`, {
          expect: 'INVALID_TIMESTAMP',
          headers: { ...headers, [header]: text },
        }),
    ),
  ];
}

function many(garbage: string): string[] {
  return Array.from({ length: 20 }, (_, index) => garbage.replace(/[a-f]/, 'abcdef'[index % 6] ?? 'a'));
}

function other(character: string): string {
  return character === '0' ? '1' : '0';
}

function without(headers: Readonly<Record<string, string>>, dropped: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== dropped));
}
