import { z } from 'zod';

/** For the document: the route itself reads raw bytes, so that `data` keeps them (libs/domain, cloud-event). */
export const cloudEvent = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().meta({ examples: ['order.created'] }),
    time: z.iso.datetime({ offset: true }).optional(),
    subject: z.string().optional(),
    datacontenttype: z.string().optional(),
    dataschema: z.string().optional(),
    partitionkey: z.string().max(256).optional().meta({ description: 'Becomes the ordering key' }),
    data: z.record(z.string(), z.unknown()).meta({ description: 'Becomes data.object' }),
  })
  .meta({ id: 'CloudEvent' });

export const cloudEventBatch = z.array(cloudEvent).min(1).max(1000).meta({ id: 'CloudEventBatch' });
