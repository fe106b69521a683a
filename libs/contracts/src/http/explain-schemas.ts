import { z } from 'zod';

const id = z.string();

export const mismatchCodes = ['disabled', 'event_type', 'channels', 'filter'] as const;

const mismatch = z
  .object({
    code: z.enum(mismatchCodes),
    path: z.string().optional().meta({ description: 'The condition of the filter' }),
    message: z.string(),
  })
  .meta({ id: 'Mismatch' });

const plannedRequest = z
  .object({
    url: z.string(),
    headers: z.record(z.string(), z.string()).meta({
      description:
        'Signatures and the values of custom headers are masked; what is not known before it is sent stands in angle brackets',
    }),
    body: z.string().meta({ description: "The exact text, in the endpoint's payload version" }),
  })
  .meta({ id: 'PlannedRequest' });

export const explanation = z
  .object({
    endpointId: id,
    url: z.string(),
    status: z.enum(['active', 'paused', 'disabled']),
    matches: z.boolean(),
    reasons: z.array(mismatch).meta({ description: 'Everything that keeps the event from it' }),
    waits: z
      .object({ reason: z.enum(['ordering', 'paused', 'circuit_open']), message: z.string() })
      .nullable()
      .meta({ description: 'Why its delivery would not be attempted at once' }),
    request: plannedRequest
      .nullable()
      .meta({ description: 'The first attempt; null when it does not match, or cannot be made' }),
    fails: z.object({ code: z.string(), message: z.string() }).nullable().meta({
      description: 'Why its delivery would end as a dead letter at once: its payload version cannot be made',
    }),
  })
  .meta({ id: 'Explanation' });

export const explainedEvent = z
  .object({
    event: z.object({
      id: id.meta({ description: 'Its own, or one as it would be given' }),
      type: z.string(),
      created: z.int(),
      channels: z.array(z.string()),
      orderingKey: z.string().nullable(),
    }),
    data: z.array(explanation).meta({ description: 'Endpoints, newest first' }),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'ExplainedEvent' });

export type Mismatch = z.infer<typeof mismatch>;
export type PlannedRequest = z.infer<typeof plannedRequest>;
export type Explanation = z.infer<typeof explanation>;
export type ExplainedEvent = z.infer<typeof explainedEvent>;
