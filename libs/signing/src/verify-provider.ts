import { createHmac } from 'node:crypto';
import type { HmacSignature, SourceProvider } from './scheme.js';
import {
  compared,
  headerOf,
  missing,
  timestampFault,
  type SignedRequest,
  type Verification,
} from './verification.js';
import { verify } from './verify.js';

export interface ProviderVerificationInput extends SignedRequest {
  readonly provider: SourceProvider;
  /** Of the provider `hmac`, and `null` of all others. */
  readonly signature: HmacSignature | null;
}

/** Providers that sign as `hmac` can say it, from their own documentation; what is not said here is the default. */
const known: Readonly<Record<'github' | 'shopify' | 'slack', HmacSignature>> = {
  // docs.github.com, "Validating webhook deliveries"
  github: hmacOf({ header: 'x-hub-signature-256', prefix: 'sha256=' }),
  // shopify.dev, "Verify webhook deliveries"
  shopify: hmacOf({ header: 'x-shopify-hmac-sha256', encoding: 'base64' }),
  // docs.slack.dev, "Verifying requests from Slack"
  slack: hmacOf({
    header: 'x-slack-signature',
    prefix: 'v0=',
    timestamp: { header: 'x-slack-request-timestamp', unit: 'seconds' },
    signed: 'v0:{timestamp}:{body}',
  }),
};

function hmacOf(given: Pick<HmacSignature, 'header'> & Partial<HmacSignature>): HmacSignature {
  return {
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: '',
    timestamp: null,
    signed: '{body}',
    idHeader: null,
    typeHeader: null,
    ...given,
  };
}

/**
 * Checks a webhook as its provider signs it, over the bytes as they came; signatures are compared in constant time.
 * Throws a RangeError for a secret of the providers `standard-webhooks` and `postel` that is no `whsec_`.
 */
export function verifyProvider(input: ProviderVerificationInput): Verification {
  const { provider } = input;
  switch (provider) {
    case 'standard-webhooks':
      return verify({ ...input, scheme: 'standard' });
    case 'postel':
      return verify({ ...input, scheme: schemeOf(input) });
    case 'stripe':
      return verifyStripe(input);
    case 'github':
    case 'shopify':
    case 'slack':
      return verifyHmac(input, known[provider]);
    case 'hmac':
      if (!input.signature) throw new RangeError('a source of the provider hmac says how it signs');
      return verifyHmac(input, input.signature);
  }
}

/** The best of what an endpoint of Postel may have been told to sign with. */
function schemeOf(input: SignedRequest): 'standard' | 'timestamp-hex' | 'body-hex' {
  if (headerOf(input, 'webhook-signature') !== undefined) return 'standard';
  return headerOf(input, 'x-webhook-signature')?.startsWith('v1=') ? 'timestamp-hex' : 'body-hex';
}

/**
 * `Stripe-Signature: t=…,v1=…,v1=…`: hex over `timestamp.body`, one for each secret that Stripe signs with; other schemes
 * (`v0`) are passed over (docs.stripe.com, "Verify webhook signatures manually").
 */
function verifyStripe(input: SignedRequest): Verification {
  const header = headerOf(input, 'stripe-signature');
  if (!header) return missing('Stripe-Signature');
  const parts = header.split(',').map((part) => part.trim());
  const valuesOf = (name: string) =>
    parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1));
  const [timestamp = ''] = valuesOf('t');
  const fault = timestampFault(timestamp, input);
  if (fault) return fault;
  const expected = input.secrets.map((secret) =>
    createHmac('sha256', secret).update(`${timestamp}.`).update(input.body).digest('hex'),
  );
  return compared(valuesOf('v1'), expected);
}

function verifyHmac(input: SignedRequest, how: HmacSignature): Verification {
  const received = headerOf(input, how.header.toLowerCase());
  if (!received) return missing(how.header);
  const timestamp = how.timestamp && headerOf(input, how.timestamp.header.toLowerCase());
  if (how.timestamp) {
    if (!timestamp) return missing(how.timestamp.header);
    const fault = timestampFault(inSeconds(timestamp, how.timestamp.unit), input);
    if (fault) return fault;
  }
  const id = how.signed.includes('{id}') && how.idHeader ? headerOf(input, how.idHeader.toLowerCase()) : '';
  if (id === undefined) return missing(how.idHeader ?? '');
  const [before = '', after = ''] = how.signed
    .split('{body}')
    .map((text) => text.replace(/\{(timestamp|id)\}/g, (part) => (part === '{id}' ? id : (timestamp ?? ''))));
  const expected = input.secrets.map(
    (secret) =>
      how.prefix +
      createHmac(how.algorithm, secret).update(before).update(input.body).update(after).digest(how.encoding),
  );
  return compared([asWritten(received.trim(), how)], expected);
}

/** Milliseconds are whole seconds without their last three digits. */
function inSeconds(timestamp: string, unit: 'seconds' | 'milliseconds'): string {
  return unit === 'seconds' ? timestamp : timestamp.replace(/^(\d+)\d{3}$/, '$1');
}

/** Hex may come in capitals, which the prefix does not forgive. */
function asWritten(received: string, { encoding, prefix }: HmacSignature): string {
  return encoding === 'hex'
    ? received.slice(0, prefix.length) + received.slice(prefix.length).toLowerCase()
    : received;
}
