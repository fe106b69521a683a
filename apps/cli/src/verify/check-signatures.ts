import { verify } from '@postel/signing';
import type { Check, Checked, VerifyInput } from './check-request.js';
import { explainingFaults, type HmacFamily } from './variants.js';

const headerNames = {
  standard: {
    id: 'webhook-id',
    timestamp: 'webhook-timestamp',
    signature: 'webhook-signature',
    between: ' ',
  },
  'timestamp-hex': {
    id: 'x-webhook-id',
    timestamp: 'x-webhook-timestamp',
    signature: 'x-webhook-signature',
    between: ',',
  },
  'body-hex': { id: 'x-webhook-id', timestamp: '', signature: 'x-webhook-signature', between: ',' },
} as const;

const shownContents = {
  standard: 'id.timestamp.body',
  'timestamp-hex': 'timestamp.body',
  'body-hex': 'the body',
} as const;

/** Each signature of one family, compared with what the secret makes of the request. */
export function checkHmac(family: HmacFamily) {
  return (input: VerifyInput): Checked => {
    const { headers, body } = input;
    const names = headerNames[family];
    const id = headers[names.id];
    const timestamp = headers[names.timestamp] ?? '';
    const signatures = (headers[names.signature] ?? '')
      .split(names.between)
      .filter((one) => one.trim() !== '');
    const before = [...idCheck(family, id), contentCheck(family, { id: id ?? '', timestamp, body })];
    if (signatures.length === 0) return { checks: [...before, missing(names.signature)], hints: [] };
    const compared = signatures.map((signature) => compareOne(input, family, signature.trim()));
    const matches = compared.some(({ ok }) => ok === true);
    // while a rotation's grace runs there are two, of which one is enough
    const checks = compared.map((check) => (matches && check.ok === false ? { ...check, ok: null } : check));
    if (matches) return { checks: [...before, ...checks], hints: [] };
    const received = signatures.map((signature) => signature.trim().replace(/^v1[,=]/, ''));
    const faults = explainingFaults({
      family,
      secret: input.secret,
      id: id ?? '',
      timestamp,
      body,
      received,
    });
    return { checks: [...before, ...checks], hints: faults ?? [unexplained] };
  };
}

const unexplained =
  'no usual fault explains it: the secret is that of another endpoint (`postel endpoints secret ID` shows it), or the body was changed on its way';

/** Ed25519 (`v1a,`), with the public key of the endpoint. */
export function checkEd25519(input: VerifyInput): Checked {
  const id = input.headers['webhook-id'];
  const timestamp = input.headers['webhook-timestamp'] ?? '';
  const all = (input.headers['webhook-signature'] ?? '').split(' ');
  const signatures = all.filter((one) => one.startsWith('v1a,'));
  const before = [
    ...idCheck('standard', id),
    contentCheck('standard', { id: id ?? '', timestamp, body: input.body }),
  ];
  if (signatures.length === 0) {
    const hints = ['there is no v1a signature: the endpoint does not have the scheme standard-ed25519'];
    return { checks: [...before, missing('webhook-signature (v1a)')], hints };
  }
  const compared = signatures.map((signature) => compareOne(input, 'standard-ed25519', signature));
  const matches = compared.some(({ ok }) => ok === true);
  return { checks: [...before, ...compared], hints: matches ? [] : [unexplained] };
}

function idCheck(family: HmacFamily, id: string | undefined): readonly Check[] {
  if (family === 'body-hex') return [];
  const { id: name } = headerNames[family];
  // the family timestamp-hex does not sign it
  const ok = id === undefined ? (family === 'standard' ? false : null) : true;
  return [{ ok, what: 'id', detail: id ?? `the header ${name} is missing` }];
}

function contentCheck(
  family: HmacFamily,
  { id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: Buffer },
): Check {
  const before = { standard: `${id}.${timestamp}.`, 'timestamp-hex': `${timestamp}.`, 'body-hex': '' }[
    family
  ];
  return {
    ok: null,
    what: 'signed content',
    detail: `${shownContents[family]}: ${before}<${body.length} bytes>`,
  };
}

/** Its time is judged elsewhere: here it is right now. */
function compareOne(
  { headers, body, secret }: VerifyInput,
  scheme: HmacFamily | 'standard-ed25519',
  signature: string,
): Check {
  const family = scheme === 'standard-ed25519' ? 'standard' : scheme;
  const { signature: name, timestamp } = headerNames[family];
  const what = `signature ${signature.length > 24 ? `${signature.slice(0, 20)}…` : signature}`;
  if (scheme === 'standard' && signature.startsWith('v1a,')) {
    return { ok: false, what, detail: 'Ed25519: needs the public key, --secret whpk_…' };
  }
  try {
    const verdict = verify({
      scheme,
      secrets: [secret.trim()],
      headers: { ...headers, [name]: signature },
      body,
      nowSec: Number(headers[timestamp] ?? 0),
    });
    return { ok: verdict.ok, what, detail: verdict.ok ? 'matches' : 'does not match' };
  } catch {
    return { ok: false, what, detail: 'cannot be made with this secret' };
  }
}

function missing(name: string): Check {
  return { ok: false, what: 'signature', detail: `the header ${name} is missing` };
}
