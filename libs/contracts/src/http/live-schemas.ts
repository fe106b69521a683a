import { z } from 'zod';
import { eventFilter } from '../endpoint.js';
import { attempt, delivery, deliveryStatuses, id } from './schemas.js';

/** Of a fact in LOG, as in an export; of a delivery that a fan-out made, with its place in that. */
export const livePosition = z.string().regex(/^\d{1,16}(\.\d{1,4})?$/, 'the id of the last message');

const after = livePosition.optional().meta({
  description:
    'The id of the last message that was read: it goes on behind it, as with the header Last-Event-ID, which counts where both are there. From now on without either',
});

export const liveDeliveriesQuery = z.strictObject({
  endpointId: id.optional(),
  type: eventFilter.optional().meta({ description: 'An event type, or a prefix such as `order.*`' }),
  status: z.enum(deliveryStatuses).optional(),
  after,
});

const maxFilters = 100;

export const liveEventsQuery = z.strictObject({
  events: z
    .string()
    .max(4_096)
    .transform((text) => text.split(','))
    .pipe(z.array(eventFilter).max(maxFilters))
    .optional()
    .meta({ description: 'As `events` of an endpoint, with commas between them; all without it' }),
  after,
});

const position = livePosition.meta({ description: 'Also the `id` of the message' });

export const liveReady = z
  .object({ position: livePosition.meta({ description: 'What follows stands behind it' }) })
  .meta({ id: 'LiveReady' });

export const liveReset = z
  .object({
    reason: z.enum(['position_gone']).meta({
      description: 'position_gone: the log does not reach back so far any more; what stood there is not told',
    }),
    position: livePosition.meta({ description: 'What follows stands behind it' }),
  })
  .meta({ id: 'LiveReset' });

export const liveDelivery = z
  .object({
    position,
    delivery: delivery.meta({ description: 'As the log has it at this position' }),
    attempt: attempt
      .pick({ number: true, startedAt: true, durationMs: true, error: true, outcome: true })
      .extend({ status: z.int().nullable().meta({ description: 'Of the answer; null: there was none' }) })
      .optional()
      .meta({ description: 'The one that led to this, where there was one' }),
  })
  .meta({ id: 'LiveDelivery' });
export type LiveDelivery = z.infer<typeof liveDelivery>;

export const liveEvent = z
  .object({
    position,
    id,
    type: z.string(),
    created: z.int(),
    apiVersion: z.string(),
    orderingKey: z.string().optional(),
    channels: z.array(z.string()).optional(),
    body: z.string().meta({
      description: 'The exact bytes that an endpoint of the default payload version is sent, as text',
    }),
  })
  .meta({ id: 'LiveEvent' });
export type LiveEvent = z.infer<typeof liveEvent>;

export const liveMissing = z
  .object({
    position,
    id,
    type: z.string(),
    reason: z.enum(['erased', 'expired']).meta({
      description: 'erased: on request; expired: it is past its retention',
    }),
  })
  .meta({ id: 'LiveMissing' });
export type LiveMissing = z.infer<typeof liveMissing>;
