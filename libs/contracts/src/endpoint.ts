import { z } from 'zod';
import { currentApiVersion } from './api-version.js';
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

export const retryPolicy = z.union([presetPolicy, schedulePolicy, backoffPolicy]);
export type RetryPolicy = z.infer<typeof retryPolicy>;

export const signatureSchemes = ['standard', 'timestamp-hex', 'body-hex'] as const;
export type SignatureScheme = (typeof signatureSchemes)[number];

const reservedHeader =
  /^(host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|content-.*|accept-encoding|user-agent|traceparent|tracestate|webhook-.*|x-webhook-.*|proxy-.*|cookie2?)$/i;
const headerName = z
  .string()
  .max(128)
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, { message: 'not a valid header name (RFC 9110)' })
  .refine((name) => !reservedHeader.test(name), { message: 'a reserved header name' });
const headerValue = z
  .string()
  .max(4096)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, { message: 'not a valid header value (RFC 9110)' });

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
  apiVersion: versionName,
  metadata: z.record(z.string().max(128), z.string().max(1024)),
  headers: z.record(headerName, headerValue),
  signature: z.strictObject({
    schemes: z
      .array(z.enum(signatureSchemes))
      .min(1)
      .max(3)
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

export const updateEndpointRequest = z.strictObject({
  url: settings.url.optional(),
  events: settings.events.optional(),
  description: settings.description.optional(),
  channels: settings.channels.optional(),
  apiVersion: settings.apiVersion.optional(),
  metadata: settings.metadata.optional(),
  headers: settings.headers.optional(),
  signature: settings.signature.optional(),
  retry: settings.retry.optional(),
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

/** An endpoint as CONFIG keeps it: without its secrets, with its custom headers in the clear. */
export interface EndpointSettings {
  readonly url: string;
  readonly description: string;
  readonly events: readonly string[];
  readonly channels: readonly string[];
  /** One of ours, or one that some event type of the tenant declares. */
  readonly apiVersion: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
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
  };

const laterSettings = { rateLimit: null, maxInFlight: defaultMaxInFlight, ordering: 'none' } as const;

/** A state as any earlier version stored it: what came later gets its default. */
export function upcastEndpoint(stored: EndpointState): EndpointState {
  return Object.assign({ ...laterSettings }, stored);
}
