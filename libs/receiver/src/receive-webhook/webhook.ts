import { createHash } from 'node:crypto';
import type { Headers, RawRequest, Scheme } from '../verify-request/verifier.js';
import { WebhookError } from '../webhook-error.js';

/** A request that was verified and understood. */
export interface Webhook<Payload = unknown> {
  /** The same whenever it comes again; where the provider gives none, made of the body. */
  readonly id: string;
  /** `''` where nothing says it. */
  readonly type: string;
  readonly payload: Payload;
  readonly body: Uint8Array;
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** `webhook-sequence`: of an endpoint whose deliveries are ordered, gapless per ordering key. */
  readonly sequence: number | null;
}

/** Ids are kept; what is longer is nobody's. */
const maxIdLength = 256;

interface Facts {
  readonly id: string | undefined;
  readonly type: string | undefined;
}
type Reader = (header: (name: string) => string | undefined, payload: unknown) => Facts;

const ofPostel: Reader = (header, payload) => ({
  id: header('webhook-id') ?? header('x-webhook-id'),
  // Postel's payload version 1.0 calls it `event`
  type: textAt(payload, 'type') ?? textAt(payload, 'event'),
});

/** Where each provider says which event it is, from its own documentation. */
const readers: Readonly<Record<Extract<Scheme, string>, Reader>> = {
  standard: ofPostel,
  'standard-ed25519': ofPostel,
  'timestamp-hex': ofPostel,
  'body-hex': ofPostel,
  stripe: (_, payload) => ({ id: textAt(payload, 'id'), type: textAt(payload, 'type') }),
  github: (header, payload) => ({
    id: header('x-github-delivery'),
    type: [header('x-github-event'), textAt(payload, 'action')].filter(Boolean).join('.'),
  }),
  shopify: (header) => ({
    id: header('x-shopify-webhook-id'),
    type: header('x-shopify-topic')?.replaceAll('/', '.'),
  }),
  slack: (_, payload) => ({
    id: textAt(payload, 'event_id'),
    type: textAt(memberOf(payload, 'event'), 'type') ?? textAt(payload, 'type'),
  }),
};

/** Throws a {@link WebhookError} for a body that is no JSON, and for an id that cannot be kept. */
export function readWebhook(request: RawRequest, scheme: Scheme): Webhook {
  const headers = byLowerCaseName(request.headers);
  const header = (name: string) => headers[name] || undefined;
  const payload = parsed(request.body);
  const { id, type } =
    typeof scheme === 'object' ? ofHmac(scheme, header, payload) : readers[scheme](header, payload);
  if (id !== undefined && id.length > maxIdLength)
    throw new WebhookError('MALFORMED_ID', `the id is longer than ${maxIdLength} characters`);
  const sequence = header('webhook-sequence');
  return {
    id: id ?? `sha256:${createHash('sha256').update(request.body).digest('hex')}`,
    type: type ?? '',
    payload,
    body: request.body,
    headers,
    sequence: sequence !== undefined && /^\d{1,15}$/.test(sequence) ? Number(sequence) : null,
  };
}

/** Slack asks so, before it sends anything, whether the URL is its owner's. */
export function challengeIn(scheme: Scheme, { payload }: Webhook): string | undefined {
  if (scheme !== 'slack' || textAt(payload, 'type') !== 'url_verification') return undefined;
  return textAt(payload, 'challenge');
}

function ofHmac(
  { hmac }: Extract<Scheme, object>,
  header: (name: string) => string | undefined,
  payload: unknown,
): Facts {
  return {
    id: hmac.idHeader === null ? undefined : header(hmac.idHeader.toLowerCase()),
    type: hmac.typeHeader === null ? textAt(payload, 'type') : header(hmac.typeHeader.toLowerCase()),
  };
}

function byLowerCaseName(headers: Headers): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    const first = typeof value === 'object' ? value[0] : value;
    return first === undefined ? [] : [[name.toLowerCase(), first] as const];
  });
  return Object.fromEntries(entries);
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // what the parser says may quote the body
    throw new WebhookError('MALFORMED_BODY', 'the body is not JSON in UTF-8');
  }
}

function memberOf(value: unknown, key: string): unknown {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function textAt(value: unknown, key: string): string | undefined {
  const member = memberOf(value, key);
  return typeof member === 'string' ? member : undefined;
}
