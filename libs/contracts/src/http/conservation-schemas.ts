import { z } from 'zod';
import { id, time } from './schemas.js';

export const conservation = z
  .object({
    asOf: z.object({
      events: z.int().meta({ description: 'Position of EVENTS up to which events are counted' }),
      log: z.int().meta({ description: 'Position of LOG up to which facts are counted' }),
      at: time,
    }),
    events: z.object({
      accepted: z.int(),
      fannedOut: z.int(),
      unmatched: z.int(),
      invalid: z.int(),
      awaiting: z.int(),
      difference: z.int().meta({ description: 'Accepted, and the log does not tell what became of them: 0' }),
      lost: z
        .array(z.object({ id: id.nullable(), position: z.int(), type: z.string() }))
        .meta({ description: 'The first 10 of them' }),
    }),
    deliveries: z.object({
      created: z.int(),
      succeeded: z.int(),
      pending: z.int(),
      retrying: z.int(),
      dead: z.int(),
      discarded: z.int(),
      difference: z
        .int()
        .meta({ description: 'missing and unexpected, neither of which makes up for the other: 0' }),
      missing: z.int().meta({ description: 'Open by the log, and nowhere' }),
      unexpected: z.int().meta({ description: 'With an outcome in the log, and never made' }),
      missingIds: z.array(id).meta({ description: 'The first 10 of the missing' }),
    }),
  })
  .meta({ id: 'Conservation' });
export type ConservationAnswer = z.infer<typeof conservation>;
