import { z } from 'zod';
import { rateLimit, secretText, type RateLimit } from './endpoint.js';
import type { FieldError } from './errors.js';

/** Who sends, which says how it signs. */
export const sourceProviders = [
  'standard-webhooks',
  'postel',
  'stripe',
  'github',
  'shopify',
  'slack',
  'hmac',
] as const;
export type SourceProvider = (typeof sourceProviders)[number];

export const sourceStatuses = ['active', 'disabled'] as const;
export type SourceStatus = (typeof sourceStatuses)[number];

/** While a secret is changed two are good; more only when several senders share a source. */
export const maxSourceSecrets = 5;
/** Each brings event types of its own into the catalogue. */
export const maxSources = 1_000;

/** The first word of the types of all that came in by a source: `inbound.<source>.<type>`. */
export const inboundWord = 'inbound';

const headerName = z
  .string()
  .max(128)
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, { message: 'not a valid header name (RFC 9110)' });

const hasAnyOnce = (template: string, name: string): boolean => template.split(`{${name}}`).length <= 2;

/** How a sender of provider `hmac` signs. */
export const hmacSignature = z
  .strictObject({
    header: headerName.meta({ description: 'Of the signature' }),
    algorithm: z.enum(['sha256', 'sha1', 'sha512']).default('sha256'),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    prefix: z.string().max(32).default('').meta({ description: 'Before the signature, such as `sha256=`' }),
    timestamp: z
      .strictObject({ header: headerName, unit: z.enum(['seconds', 'milliseconds']).default('seconds') })
      .nullable()
      .default(null)
      .meta({ description: 'When it was signed; then it must be part of what is signed' }),
    signed: z
      .string()
      .max(128)
      .default('{body}')
      .meta({
        description: 'What is signed, of {body}, {timestamp} and {id}',
        examples: ['{timestamp}.{body}'],
      }),
    idHeader: headerName.nullable().default(null).meta({ description: 'Of the sender’s own id' }),
    typeHeader: headerName
      .nullable()
      .default(null)
      .meta({ description: 'Of what happened; without it the field `type` of the body' }),
  })
  .superRefine(({ signed, timestamp, idHeader }, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const isOnce = ['body', 'timestamp', 'id'].every((name) => hasAnyOnce(signed, name));
    if (!signed.includes('{body}') || !isOnce) fault('signed', '{body}, and each part once at most');
    if (/[{}]/.test(signed.replace(/\{(body|timestamp|id)\}/g, '')))
      fault('signed', 'the parts are {body}, {timestamp} and {id}');
    // a timestamp that is not signed can be set to now by whoever repeats the request
    if (signed.includes('{timestamp}') !== (timestamp !== null))
      fault('signed', '{timestamp} goes with `timestamp`, and not without it');
    if (signed.includes('{id}') && idHeader === null) fault('signed', '{id} needs `idHeader`');
  });
export type HmacSignature = z.infer<typeof hmacSignature>;

const secret = z
  .string()
  .min(8)
  .max(256)
  .regex(/^[\x21-\x7e][\x20-\x7e]*[\x21-\x7e]$/, {
    message: 'printable ASCII characters, no space at the ends',
  });

const settings = {
  secrets: z
    .array(secret)
    .min(1)
    .max(maxSourceSecrets)
    .refine((secrets) => new Set(secrets).size === secrets.length, { message: 'each secret once' }),
  toleranceSeconds: z.int().min(1).max(86_400),
  rateLimit: rateLimit.nullable(),
  status: z.enum(sourceStatuses),
  description: z.string().max(1024),
  metadata: z.record(z.string().max(128), z.string().max(1024)),
};

const sourceName = z
  .string()
  .regex(/^[a-zA-Z0-9_]{1,40}$/, { message: '1 to 40 of a-z A-Z 0-9 _: it becomes a word of event types' });

const defaultRateLimit: RateLimit = { max: 100, perSeconds: 1 };

export const createSourceRequest = z
  .strictObject({
    name: sourceName.meta({ description: 'The second word of its events’ types; it cannot be changed' }),
    provider: z.enum(sourceProviders),
    signature: hmacSignature
      .nullable()
      .default(null)
      .meta({ description: 'For the provider hmac, and only then' }),
    secrets: settings.secrets.optional().meta({
      description:
        'Any may have signed. Made when absent, for the providers that let you choose: github, postel, hmac',
    }),
    toleranceSeconds: settings.toleranceSeconds
      .default(300)
      .meta({ description: 'How far the time of a signature may be off' }),
    rateLimit: settings.rateLimit.default(defaultRateLimit),
    status: settings.status.default('active'),
    description: settings.description.default(''),
    metadata: settings.metadata.default({}),
  })
  .superRefine(({ provider, signature, secrets }, context) => {
    for (const { path, code, message } of [
      ...signatureFaults(provider, signature),
      ...secretsFaults(provider, secrets),
    ])
      context.addIssue({ code: 'custom', path: path.split('.'), message, params: { code } });
  })
  .meta({ id: 'CreateSource' });
export type CreateSourceRequest = z.infer<typeof createSourceRequest>;

export const updateSourceRequest = z
  .strictObject({ ...settings, signature: hmacSignature })
  .partial()
  .meta({ id: 'UpdateSource' });
export type UpdateSourceRequest = z.infer<typeof updateSourceRequest>;

/** Where the receiver chooses the secret, one can be made. */
export function choosesSecret(provider: SourceProvider): boolean {
  return provider === 'github' || provider === 'postel' || provider === 'hmac';
}

/** Only `hmac` says how it signs; the others are known. */
export function signatureFaults(provider: SourceProvider, signature: HmacSignature | null): FieldError[] {
  if ((provider === 'hmac') === (signature !== null)) return [];
  const message = provider === 'hmac' ? 'how this sender signs' : `${provider} signs in its own way`;
  return [{ path: 'signature', code: 'custom', message }];
}

/** What a provider's secrets cannot be. @param secrets absent: none are given */
export function secretsFaults(
  provider: SourceProvider,
  secrets: readonly string[] | undefined,
): FieldError[] {
  if (!secrets) {
    const message = `${provider} makes the secret: give it here`;
    return choosesSecret(provider) ? [] : [{ path: 'secrets', code: 'custom', message }];
  }
  if (provider !== 'standard-webhooks' && provider !== 'postel') return [];
  return secrets.flatMap((text, index) => {
    const issue = secretText.safeParse(text).error?.issues[0];
    return issue ? [{ path: `secrets.${index}`, code: 'custom', message: issue.message }] : [];
  });
}

/** What is set of a source; its secrets lie on a subject of their own, as an endpoint's do. */
export interface SourceSettings {
  readonly provider: SourceProvider;
  /** `null` but for the provider `hmac`. */
  readonly signature: HmacSignature | null;
  readonly toleranceSeconds: number;
  /** `null`: none. */
  readonly rateLimit: RateLimit | null;
  readonly status: SourceStatus;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A source as CONFIG keeps it, on a subject that ends in its name: so a tenant has a name once. */
export interface SourceState extends SourceSettings {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Where a provider sends to; below the address of the API. */
export function webhookPath(sourceId: string): string {
  return `/webhooks/${sourceId}`;
}
