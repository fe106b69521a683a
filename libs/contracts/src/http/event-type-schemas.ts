import { z } from 'zod';
import { eventTypeOrigins } from '../event-type.js';

const time = z.iso.datetime();
const object = z.record(z.string(), z.unknown());

export const eventType = z
  .object({
    name: z.string(),
    description: z.string(),
    deprecated: z.boolean(),
    schema: object.nullable().meta({ description: 'JSON Schema (draft 2020-12) of `data.object`' }),
    examples: z.array(object).meta({ description: 'Each a `data.object`' }),
    versions: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        transform: z.string().meta({ description: 'JSONata over the event in the default version' }),
        schema: object.nullable().meta({ description: 'Of the converted body' }),
      }),
    ),
    origin: z
      .enum(eventTypeOrigins)
      .meta({ description: 'Of the contract, put by someone, or first seen in an event' }),
    createdAt: time.nullable().meta({ description: 'Null: there from the first start' }),
    updatedAt: time.nullable(),
  })
  .meta({ id: 'EventType' });
export type EventTypeAnswer = z.infer<typeof eventType>;

export const eventTypePage = z
  .object({ data: z.array(eventType), nextCursor: z.string().nullable() })
  .meta({ id: 'EventTypePage' });

export const putEventTypeQuery = z.strictObject({
  force: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Take a schema that refuses what the last one accepted' }),
});
