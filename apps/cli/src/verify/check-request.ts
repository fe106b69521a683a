import { checkEd25519, checkHmac } from './check-signatures.js';
import { checkProvider } from './check-provider.js';
import { checkSecret } from './check-secret.js';
import { checkTimestamp } from './check-timestamp.js';

/** `null`: it was not asked for. */
export interface Check {
  readonly ok: boolean | null;
  readonly what: string;
  readonly detail: string;
}

export interface FamilyReport {
  readonly family: string;
  readonly checks: readonly Check[];
  readonly ok: boolean;
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly families: readonly FamilyReport[];
  /** What is probably wrong, and what to do. */
  readonly hints: readonly string[];
}

export interface VerifyInput {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly secret: string;
  readonly nowSec: number;
  readonly toleranceSec: number;
  readonly ignoreTime: boolean;
}

export interface Checked {
  readonly checks: readonly Check[];
  readonly hints: readonly string[];
}

/** Every check that a receiver makes, by itself, of each family of headers that is there; and what explains a failure. */
export function checkRequest(input: VerifyInput): VerifyReport {
  const secret = checkSecret(input.secret);
  const families = familiesOf(input);
  if (families.length === 0) return nothingSigned(input);
  const checked = families.map(({ family, check }) => ({ family, ...check(input) }));
  const reports = checked.map(({ family, checks }) => {
    const all = family.startsWith('of ') ? checks : [secret.check, ...checks];
    return { family, checks: all, ok: checks.every(({ ok }) => ok !== false) };
  });
  const ok = reports.every((report) => report.ok);
  const hints = [...(ok ? [] : secret.hints), ...checked.flatMap((one) => one.hints), ...mixedUp(input)];
  return { ok, families: reports, hints: [...new Set(hints)] };
}

interface Family {
  readonly family: string;
  readonly check: (input: VerifyInput) => Checked;
}

function familiesOf({ headers, secret }: VerifyInput): readonly Family[] {
  const families: Family[] = [];
  if (headers['webhook-signature'] !== undefined || headers['webhook-id'] !== undefined) {
    const check = /^whpk_/.test(secret.trim()) ? checkEd25519 : checkHmac('standard');
    families.push({ family: 'standard (Standard Webhooks)', check: withTime('webhook-timestamp', check) });
  }
  const own = headers['x-webhook-signature'];
  if (own !== undefined && !/^whpk_/.test(secret.trim())) {
    families.push(
      own.includes('v1=') || headers['x-webhook-timestamp'] !== undefined
        ? { family: 'timestamp-hex', check: withTime('x-webhook-timestamp', checkHmac('timestamp-hex')) }
        : { family: 'body-hex', check: checkHmac('body-hex') },
    );
  }
  return [...families, ...checkProvider(headers)];
}

function withTime(header: string, check: (input: VerifyInput) => Checked) {
  return (input: VerifyInput): Checked => {
    const time = checkTimestamp(input, header);
    const rest = check(input);
    return { checks: [...time.checks, ...rest.checks], hints: [...time.hints, ...rest.hints] };
  };
}

function nothingSigned({ headers }: VerifyInput): VerifyReport {
  const names = Object.keys(headers);
  return {
    ok: false,
    families: [],
    hints: [
      `no signature among the ${names.length} headers (webhook-signature or X-Webhook-Signature): a proxy or a framework may have taken it out, or this is another request`,
    ],
  };
}

/** Headers of one request and the body of another are a usual mistake when both are copied by hand. */
function mixedUp({ headers, body }: VerifyInput): readonly string[] {
  const id = headers['webhook-id'] ?? headers['x-webhook-id'];
  const inBody = /^\s*\{\s*"id"\s*:\s*"([A-Za-z0-9_-]{1,64})"/.exec(body.toString('utf8'))?.[1];
  if (id === undefined || inBody === undefined || id === inBody) return [];
  return [`the headers are of ${id}, the body is of ${inBody}: they are not of one request`];
}
