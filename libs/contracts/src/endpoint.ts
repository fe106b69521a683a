import { z } from 'zod';
import { currentApiVersion } from './api-version.js';
import { endpointFilter, type EventFilter } from './event-filter.js';
import { versionName } from './event-type.js';

/** `*`, `order.*` (any depth), or an exact type. */
export const eventFilter = z
  .string()
  .max(200)
  .regex(/^(\*|[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)*\.\*|[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)+)$/, {
    message: 'an event type such as order.created, a prefix such as order.*, or *',
  });

const retryableStatuses = z.array(z.int().min(300).max(599)).max(300);

/** Waits of `initialDelayMs * multiplier^n`, at most `maxDelayMs`, each plus 0 to `jitter`. */
export const backoffPolicy = z.strictObject({
  maxAttempts: z.int().min(1).max(100).default(5),
  initialDelayMs: z.int().min(1).max(86_400_000).default(1_000),
  multiplier: z.number().min(1).max(100).default(2),
  maxDelayMs: z
    .int()
    .min(1)
    .max(7 * 86_400_000)
    .default(3_600_000),
  jitter: z.number().min(0).max(1).default(0.25),
  retryableStatuses: retryableStatuses.default([408, 429, 500, 502, 503, 504]),
});
export type BackoffPolicy = z.infer<typeof backoffPolicy>;

/** One wait per retry, in ms; its length decides how many there are. */
export const schedulePolicy = z.strictObject({
  schedule: z
    .array(
      z
        .int()
        .min(0)
        .max(7 * 86_400_000),
    )
    .min(1)
    .max(100),
});
/** 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; any status but 2xx and 410 is retried (Standard Webhooks). */
export const presetPolicy = z.strictObject({ preset: z.literal('standard-webhooks') });

const anyPolicy = z.union([presetPolicy, schedulePolicy, backoffPolicy]);
export type RetryPolicy = z.infer<typeof anyPolicy>;

/** What is wrong is said of the form that was meant: of a union zod says nothing, or that `schedule` is no field at all. */
export const retryPolicy = z.preprocess((value, context) => {
  const { error } = formMeant(value).safeParse(value);
  for (const { code, message, path, ...issue } of error?.issues ?? []) {
    // zod would go on behind a field that there is not
    const unknown = code === 'unrecognized_keys' && 'keys' in issue ? issue.keys : [];
    for (const key of unknown) context.addIssue({ ...unknownField, path: [...path, key] });
    if (unknown.length === 0)
      context.addIssue({ code: 'custom', params: { code }, message, path: [...path] });
  }
  return value;
}, anyPolicy);

const unknownField = {
  code: 'custom' as const,
  params: { code: 'unknown_field' },
  message: 'There is no such field',
};

function formMeant(value: unknown): z.ZodType {
  if (typeof value !== 'object' || value === null) return backoffPolicy;
  if ('preset' in value) return presetPolicy;
  return 'schedule' in value ? schedulePolicy : backoffPolicy;
}

export const signatureSchemes = ['standard', 'standard-ed25519', 'timestamp-hex', 'body-hex'] as const;
export type SignatureScheme = (typeof signatureSchemes)[number];

const reservedHeader =
  /^(host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|content-.*|accept-encoding|user-agent|traceparent|tracestate|webhook-.*|x-webhook-.*|proxy-.*|cookie2?)$/i;
const headerName = z
  .string()
  .max(128)
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, { message: 'not a valid header name (RFC 9110)' })
  .refine((name) => !reservedHeader.test(name), { message: 'a reserved header name' });
const maskedValue = '***';
const headerValue = z
  .string()
  .max(4096)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, { message: 'not a valid header value (RFC 9110)' })
  // who writes back what was read would lose the value, which often is a credential
  .refine((value) => value !== maskedValue, {
    message: `${maskedValue} is shown in place of a value; give the value, or leave headers out to keep them`,
  });

function differInMoreThanCase(headers: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(headers);
  return new Set(names.map((name) => name.toLowerCase())).size === names.length;
}

const maxHeaders = 50;
/**
 * Names and values together, with what stands between them. Many servers take 8 KiB of headers in all (Tomcat, Jetty; of
 * nginx a line): what is left is for the request line and what Postel adds.
 */
const maxHeaderBytes = 6 * 1024;

/** As HTTP/1.1 sends them: `name: value` and the end of the line. Values are of characters of one byte. */
function headerBytes(headers: Readonly<Record<string, string>>): number {
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
}

const channel = z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/, { message: '1 to 128 of A-Z a-z 0-9 _ . : -' });

/** `whsec_` and base64 of 24 to 64 bytes. */
export const secretText = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, {
    message: 'whsec_ followed by base64 of 24 to 64 bytes',
    abort: true,
  })
  .refine(
    (secret) => {
      const sizeBytes = Buffer.from(secret.slice(6), 'base64').length;
      return sizeBytes >= 24 && sizeBytes <= 64;
    },
    { message: 'whsec_ followed by base64 of 24 to 64 bytes' },
  );

/** At most `max` attempts start within any `perSeconds`. */
export const rateLimit = z.strictObject({
  max: z.int().min(1).max(100_000),
  perSeconds: z.int().min(1).max(86_400),
});
export type RateLimit = z.infer<typeof rateLimit>;

export const orderings = ['none', 'key'] as const;
export type Ordering = (typeof orderings)[number];

export const defaultMaxInFlight = 10;

const settings = {
  url: z.string().max(2048),
  description: z.string().max(1024),
  events: z.array(eventFilter).min(1).max(200),
  channels: z.array(channel).max(50),
  filter: endpointFilter.nullable(),
  apiVersion: versionName,
  metadata: z.record(z.string().max(128), z.string().max(1024)),
  headers: z
    .record(headerName, headerValue)
    .refine(differInMoreThanCase, { message: 'names that differ in case alone are one header' })
    .refine((headers) => Object.keys(headers).length <= maxHeaders, {
      message: `at most ${maxHeaders} headers`,
    })
    .refine((headers) => headerBytes(headers) <= maxHeaderBytes, {
      message: `at most ${maxHeaderBytes} bytes of names and values together`,
    }),
  signature: z.strictObject({
    schemes: z
      .array(z.enum(signatureSchemes))
      .min(1)
      .max(4)
      .refine((schemes) => !(schemes.includes('body-hex') && schemes.includes('timestamp-hex')), {
        message: 'body-hex takes the place of timestamp-hex: they use the same headers',
      }),
  }),
  retry: retryPolicy,
  timeoutMs: z.int().min(100).max(30_000),
  rateLimit: rateLimit.nullable(),
  maxInFlight: z.int().min(1).max(1_000),
  ordering: z.enum(orderings),
};

export const createEndpointRequest = z.strictObject({
  url: settings.url,
  events: settings.events.default(['*']),
  description: settings.description.default(''),
  channels: settings.channels.default([]),
  filter: settings.filter.default(null),
  apiVersion: settings.apiVersion.default(currentApiVersion),
  metadata: settings.metadata.default({}),
  headers: settings.headers.default({}),
  signature: settings.signature.default({ schemes: ['standard', 'timestamp-hex'] }),
  retry: settings.retry.optional(),
  timeoutMs: settings.timeoutMs.default(10_000),
  rateLimit: settings.rateLimit.default(null),
  maxInFlight: settings.maxInFlight.default(defaultMaxInFlight),
  ordering: settings.ordering.default('none'),
  secret: secretText.optional(),
});
export type CreateEndpointRequest = z.infer<typeof createEndpointRequest>;

/** The longest time for which a secret that was replaced still signs: 7 days. */
export const maxGraceSeconds = 7 * 86_400;

export const rotateSecretRequest = z
  .strictObject({
    secret: secretText.optional().meta({ description: 'One of your own; generated when absent' }),
    graceSeconds: z.int().min(0).max(maxGraceSeconds).default(86_400).meta({
      description: 'How long the secret until now still signs beside the new one; 0: it ends at once',
    }),
  })
  .meta({ id: 'RotateSecret' });
export type RotateSecretRequest = z.infer<typeof rotateSecretRequest>;

export const updateEndpointRequest = z.strictObject({
  url: settings.url.optional(),
  events: settings.events.optional(),
  description: settings.description.optional(),
  channels: settings.channels.optional(),
  filter: settings.filter.optional(),
  apiVersion: settings.apiVersion.optional(),
  metadata: settings.metadata.optional(),
  headers: settings.headers.optional(),
  signature: settings.signature.optional(),
  retry: settings.retry.nullable().optional().meta({ description: 'null: the one of the fleet again' }),
  timeoutMs: settings.timeoutMs.optional(),
  rateLimit: settings.rateLimit.optional(),
  maxInFlight: settings.maxInFlight.optional(),
  ordering: settings.ordering.optional(),
});
export type UpdateEndpointRequest = z.infer<typeof updateEndpointRequest>;

export const disabledReasons = ['manual', 'gone', 'too_many_failures'] as const;
export type DisabledReason = (typeof disabledReasons)[number];

export type EndpointStatus =
  | { readonly status: 'active' }
  | { readonly status: 'paused' }
  | { readonly status: 'disabled'; readonly disabledReason: DisabledReason };

/**
 * The custom headers of an endpoint as its facts keep them: the values often are credentials, so they lie encrypted beside
 * the secrets, and are really gone once they are replaced.
 */
export interface CustomHeaders {
  readonly names: readonly string[];
  /** When their values were last changed, never twice the same; 0 when there never were any. */
  readonly setAtMs: number;
  /** Only in facts of 0.1.0: values in the clear, until ingest has sealed them. */
  readonly clear?: Readonly<Record<string, string>>;
}

export const noCustomHeaders: CustomHeaders = Object.freeze({ names: Object.freeze([]), setAtMs: 0 });

/** An endpoint as CONFIG keeps it: without its secrets and the values of its custom headers. */
export interface EndpointSettings {
  readonly url: string;
  readonly description: string;
  readonly events: readonly string[];
  readonly channels: readonly string[];
  /** Conditions on the event; `null`: none. */
  readonly filter: EventFilter | null;
  /** One of ours, or one that some event type of the tenant declares. */
  readonly apiVersion: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly headers: CustomHeaders;
  readonly signature: { readonly schemes: readonly SignatureScheme[] };
  /** Absent: the fleet's default applies. */
  readonly retry?: RetryPolicy;
  readonly timeoutMs: number;
  /** `null`: none. */
  readonly rateLimit: RateLimit | null;
  /** Attempts at once, over all deliverers. */
  readonly maxInFlight: number;
  /** `key`: one delivery at a time of each ordering key, in the order of acceptance. */
  readonly ordering: Ordering;
}

export type EndpointState = EndpointSettings &
  EndpointStatus & {
    readonly id: string;
    readonly tenant: string;
    readonly createdAtMs: number;
    readonly updatedAtMs: number;
    /** When `retry` was changed last; absent: never. */
    readonly retryChangedAtMs?: number;
    /** When it was enabled last, after a pause or from disabled: dead letters of before do not count. Absent: never. */
    readonly enabledAtMs?: number;
  };

const laterSettings = {
  filter: null,
  rateLimit: null,
  maxInFlight: defaultMaxInFlight,
  ordering: 'none',
} as const;

/** A state as any earlier version stored it: what came later gets its default. */
export function upcastEndpoint(stored: EndpointState): EndpointState {
  return Object.assign({ ...laterSettings }, stored, { headers: upcastHeaders(stored.headers) });
}

/** 0.1.0 stored names and values as one object. */
function upcastHeaders(stored: CustomHeaders | Readonly<Record<string, string>>): CustomHeaders {
  if (Array.isArray(stored.names)) {
    const headers = stored as CustomHeaders;
    return headers.names.length === 0 && headers.setAtMs === 0 ? noCustomHeaders : headers;
  }
  const clear = stored as Readonly<Record<string, string>>;
  const names = Object.keys(clear);
  return names.length === 0 ? noCustomHeaders : { names, setAtMs: 0, clear };
}
