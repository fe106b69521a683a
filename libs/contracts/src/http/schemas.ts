import { z } from 'zod';
import {
  disabledReasons,
  eventFilter,
  orderings,
  rateLimit,
  retryPolicy,
  signatureSchemes,
} from '../endpoint.js';
import { endpointFilter } from '../event-filter.js';
import { errorCodes, type ErrorCode } from '../errors.js';
import { deadLetterReasons } from '../facts.js';
import { publicKey } from './secret-schemas.js';

/** What the API answers with. Times are ISO 8601 UTC; ids are opaque. */
export const time = z.iso.datetime();
export const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const headers = z.record(z.string(), z.string());

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: 'Problem' });

/** For the document: the route itself reads raw bytes, so that `data` keeps them (libs/domain, read-event). */
export const publishEventRequest = z
  .strictObject({
    type: z.string().meta({ examples: ['order.created'] }),
    data: z.object({
      object: z.record(z.string(), z.unknown()),
      previousAttributes: z.record(z.string(), z.unknown()).optional(),
    }),
    relatedObjects: z.record(z.string(), z.unknown()).optional(),
    id: id.optional(),
    created: z
      .int()
      .min(0)
      .max(253_402_300_799)
      .optional()
      .meta({ description: 'Unix seconds; the time of acceptance when absent' }),
    orderingKey: z.string().min(1).max(256).optional(),
    channels: z
      .array(z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/))
      .max(50)
      .optional(),
  })
  .meta({ id: 'PublishEvent' });

export const publishedEvent = z
  .object({ id, type: z.string(), created: z.int(), duplicate: z.boolean() })
  .meta({ id: 'PublishedEvent' });

export const publishBatchRequest = z
  .object({ events: z.array(publishEventRequest).min(1).max(1000) })
  .meta({ id: 'PublishBatch' });

export const publishedBatch = z
  .object({
    accepted: z.array(z.object({ index: z.int(), id, duplicate: z.boolean() })),
    rejected: z.array(z.object({ index: z.int(), problem })),
  })
  .meta({ id: 'PublishedBatch' });

export const event = z
  .object({
    id,
    type: z.string(),
    created: z.int(),
    acceptedAt: time,
    apiVersion: z.string(),
    data: z.unknown().meta({ description: 'null once the event was erased' }),
    relatedObjects: z.unknown().optional(),
    channels: z.array(z.string()),
    erased: z.boolean().meta({ description: 'Its payload was erased on request' }),
    expired: z
      .literal(true)
      .optional()
      .meta({ description: 'The payload is past its retention: `data` is null' }),
  })
  .meta({ id: 'Event' });

export const circuit = z
  .object({
    state: z.enum(['closed', 'open', 'half_open']),
    openedAt: time.nullable(),
    nextProbeAt: time.nullable(),
  })
  .meta({ description: 'While it is open no attempt is made but one probe at a time' });

const endpointShape = {
  id,
  url: z.string(),
  description: z.string(),
  events: z.array(eventFilter),
  channels: z.array(z.string()),
  filter: endpointFilter.nullable(),
  apiVersion: z.string(),
  metadata: z.record(z.string(), z.string()),
  headers: headers.meta({ description: 'Values are masked' }),
  signature: z.object({ schemes: z.array(z.enum(signatureSchemes)) }),
  publicKey,
  previousSecretExpiresAt: time.nullable().meta({
    description: 'After a rotation: until then the secret before signs too',
  }),
  retry: retryPolicy,
  timeoutMs: z.int(),
  rateLimit: rateLimit.nullable(),
  maxInFlight: z.int(),
  ordering: z.enum(orderings),
  status: z.enum(['active', 'paused', 'disabled']),
  disabledReason: z.enum(disabledReasons).nullable(),
  circuit,
  createdAt: time,
  updatedAt: time,
};
export const endpoint = z.object(endpointShape).meta({ id: 'Endpoint' });
export type EndpointAnswer = z.infer<typeof endpoint>;
export const createdEndpoint = z
  .object({
    ...endpointShape,
    secret: z.string().meta({ description: 'Shown here, and not when the endpoint is read' }),
  })
  .meta({ id: 'CreatedEndpoint' });

export const testEndpointRequest = z
  .strictObject({ type: z.string().default('webhook.test') })
  .meta({ id: 'TestEndpoint' });
export const testedEndpoint = z.object({ eventId: id, deliveryId: id }).meta({ id: 'TestedEndpoint' });

export const deliveryStatuses = ['pending', 'retrying', 'succeeded', 'dead', 'discarded'] as const;
const attemptError = z.object({ code: z.string(), message: z.string() });

export const delivery = z
  .object({
    id,
    eventId: id,
    type: z.string(),
    endpointId: id,
    url: z.string(),
    status: z.enum(deliveryStatuses),
    attempts: z.int(),
    lastStatus: z.int().nullable(),
    lastError: attemptError.nullable(),
    nextAttemptAt: time.nullable(),
    createdAt: time,
    completedAt: time.nullable(),
  })
  .meta({ id: 'Delivery' });

export const attempt = z
  .object({
    number: z.int(),
    startedAt: time,
    durationMs: z.number(),
    timing: z.record(z.string(), z.number()),
    request: z.object({ url: z.string(), headers, body: z.string().nullable() }),
    response: z.object({ status: z.int(), headers, body: z.string(), truncated: z.boolean() }).nullable(),
    error: attemptError.nullable(),
    outcome: z.enum(['succeeded', 'retry', 'dead']),
  })
  .meta({ id: 'Attempt' });

export const deadLetter = z
  .object({
    id,
    deliveryId: id.nullable(),
    eventId: id,
    endpointId: id.nullable(),
    reason: z.enum(deadLetterReasons),
    lastStatus: z.int().nullable(),
    lastError: attemptError.extend({ path: z.string().optional() }).nullable().meta({
      description: 'With the path of what was wrong in an event that could not be understood',
    }),
    attempts: z.int(),
    lastAttemptAt: time.nullable(),
    createdAt: time,
    payload: z.string().optional().meta({
      description: 'Base64 of the bytes of an event that could not be understood; when one is read',
    }),
  })
  .meta({ id: 'DeadLetter' });

export const redriven = z
  .object({
    redriven: z.int().meta({ description: 'Reopened by this request' }),
    jobId: id.nullable().meta({ description: 'The job that redrives the others, where there are more' }),
  })
  .meta({ id: 'Redriven' });
export type RedriveAnswer = z.infer<typeof redriven>;

export const purged = z
  .object({
    discarded: z.int(),
    complete: z.boolean().meta({ description: 'false: there were more than one request takes, ask again' }),
  })
  .meta({ id: 'Purged' });
export type PurgeAnswer = z.infer<typeof purged>;

export const replayRequest = z
  .strictObject({
    endpointId: id.optional().meta({
      description: 'To this endpoint alone, whatever its filters say; to all that match now when absent',
    }),
  })
  .meta({ id: 'Replay' });
export const replayed = z
  .object({ eventId: id, deliveries: z.array(z.object({ id, endpointId: id })) })
  .meta({ id: 'Replayed' });
export type ReplayAnswer = z.infer<typeof replayed>;

export const statsPeriods = { hour: 3_600, day: 86_400, week: 604_800 } as const;
export const stats = z
  .object({
    endpointId: id.optional(),
    period: z.enum(['hour', 'day', 'week']),
    totalDeliveries: z.int(),
    successfulDeliveries: z.int(),
    failedDeliveries: z.int(),
    successRate: z.number(),
    avgResponseTime: z.number(),
    p50ResponseTime: z.number(),
    p95ResponseTime: z.number(),
    p99ResponseTime: z.number(),
    errorBreakdown: z.record(z.string(), z.int()),
    deadLetters: z.int(),
  })
  .meta({ id: 'Stats' });

const pageQuery = {
  limit: z.coerce.number().pipe(z.int().min(1).max(250)).default(50),
  cursor: z.string().max(512).optional(),
};
export const listQuery = z.strictObject(pageQuery);
// the database cannot even be asked for a text with NUL in it
const typeFilter = z
  .string()
  .max(128)
  .regex(/^[^\0]*$/, 'text without NUL');
const since = z.iso.datetime({ offset: true }).optional();
export const eventsQuery = z.strictObject({
  ...pageQuery,
  type: typeFilter.optional(),
  since,
  until: since,
});
const deliveryFilters = {
  status: z.enum(deliveryStatuses).optional(),
  endpointId: id.optional(),
  eventId: id.optional(),
  type: typeFilter.optional(),
  since,
  until: since,
};
export const deliveriesQuery = z.strictObject({ ...pageQuery, ...deliveryFilters });
const deadLetterFilters = {
  reason: z.enum(deadLetterReasons).optional(),
  endpointId: id.optional(),
  eventId: id.optional(),
  type: typeFilter.optional(),
  since,
  until: since,
};
export const deadLettersQuery = z.strictObject({ ...pageQuery, ...deadLetterFilters });
export const redriveRequest = z.strictObject(deadLetterFilters);
export const purgeQuery = z.strictObject({
  ...deadLetterFilters,
  all: z.enum(['true']).optional().meta({ description: 'Needed when there is no other condition' }),
});
export const statsQuery = z.strictObject({ period: z.enum(['hour', 'day', 'week']).default('hour') });

export function pageOf(name: string, item: z.ZodType) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() }).meta({ id: `${name}Page` });
}
export const eventPage = pageOf('Event', event);
export const endpointPage = pageOf('Endpoint', endpoint);
export const deliveryPage = pageOf('Delivery', delivery);
export const attemptPage = pageOf('Attempt', attempt);
export const deadLetterPage = pageOf('DeadLetter', deadLetter);
