import { documentedSamples } from './documented-samples.js';
import { schemeCases } from './scheme-cases.js';
import {
  bodyHex,
  github,
  shopify,
  signedWithThePublicKey,
  slack,
  standard,
  standardEd25519,
  stripe,
  timestampHex,
} from './signers.js';
import { nowSec, toleranceSec, type Signer, type Vector } from './vector.js';

/** The files of libs/signing/vectors, by name. Nothing of them depends on clock or chance. */
export const vectorFiles: ReadonlyMap<string, readonly Vector[]> = new Map([
  ['standard.json', [...documentedSamples.standard, ...schemeCases(standard)]],
  [
    'standard-ed25519.json',
    [...documentedSamples.ed25519, ...schemeCases(standardEd25519), ...confusedAlgorithms()],
  ],
  ['timestamp-hex.json', schemeCases(timestampHex)],
  ['body-hex.json', schemeCases(bodyHex)],
  [
    'providers.json',
    [
      ...documentedSamples.providers,
      ...[stripe, github, shopify, slack].flatMap(schemeCases),
      ...stripeCases(),
    ],
  ],
]);

export function vectorFile(name: string): string {
  return `${JSON.stringify(vectorFiles.get(name), null, 2)}\n`;
}

function confusedAlgorithms(): Vector[] {
  const body = Buffer.from('{"type":"order.created"}');
  const request = { secrets: [], id: 'msg_1', timestampSec: nowSec, body };
  return [
    {
      ...base(standardEd25519, body),
      name: 'standard-ed25519: an HMAC keyed with the public key',
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(nowSec),
        'webhook-signature': signedWithThePublicKey(request),
      },
      expect: 'INVALID_SIGNATURE',
    },
  ];
}

/** Its timestamp stands inside the header of the signatures. */
function stripeCases(): Vector[] {
  const body = Buffer.from('{"id":"evt_1"}');
  const signedAt = (timestampSec: number) =>
    stripe.headers({ secrets: [stripe.pair.sign[0]], id: '', timestampSec, body });
  const header = signedAt(nowSec)['stripe-signature'] ?? '';
  const make = (name: string, expect: string, headers: Record<string, string>): Vector => ({
    ...base(stripe, body),
    name: `stripe: ${name}`,
    headers,
    expect,
  });
  const many = stripe.headers({ secrets: stripe.pair.sign, id: '', timestampSec: nowSec, body });
  return [
    make('signed with both secrets', 'ok', many),
    {
      ...make('signed with both, the receiver has the old one', 'ok', many),
      secrets: [stripe.pair.verify[1]],
    },
    make('another scheme first', 'ok', { 'stripe-signature': header.replace(',v1=', ',v0=beef,v1=') }),
    make('the oldest that is taken', 'ok', signedAt(nowSec - toleranceSec)),
    make('expired by a second', 'TIMESTAMP_EXPIRED', signedAt(nowSec - toleranceSec - 1)),
    make('future by a second', 'TIMESTAMP_IN_FUTURE', signedAt(nowSec + toleranceSec + 1)),
    make('without a timestamp', 'INVALID_TIMESTAMP', { 'stripe-signature': header.replace(/^t=\d+,/, '') }),
    make('another timestamp', 'INVALID_SIGNATURE', {
      'stripe-signature': header.replace(/t=(\d+)/, `t=${nowSec - 1}`),
    }),
  ];
}

function base({ scheme, pair }: Signer, body: Buffer) {
  return { scheme, secrets: [pair.verify[0]], bodyBase64: body.toString('base64'), nowSec, toleranceSec };
}
