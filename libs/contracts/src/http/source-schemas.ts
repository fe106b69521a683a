import { z } from 'zod';
import { rateLimit } from '../endpoint.js';
import { hmacSignature, sourceProviders, sourceStatuses } from '../source.js';
import { id, pageOf, time } from './schemas.js';

const sourceShape = {
  id,
  name: z.string(),
  provider: z.enum(sourceProviders),
  signature: hmacSignature.nullable(),
  secretCount: z.int().meta({ description: 'How many secrets are good; they are never shown' }),
  toleranceSeconds: z.int(),
  rateLimit: rateLimit.nullable(),
  status: z.enum(sourceStatuses),
  description: z.string(),
  metadata: z.record(z.string(), z.string()),
  url: z.string().meta({ description: 'The path that the provider sends to', examples: ['/webhooks/src_…'] }),
  createdAt: time,
  updatedAt: time,
};

/** A challenge is answered as it asks; it is no event. */
export const receivedWebhook = z
  .union([z.object({ received: z.literal(true) }), z.object({ challenge: z.string() })])
  .meta({ id: 'ReceivedWebhook' });

export const source = z.object(sourceShape).meta({ id: 'Source' });
export type SourceAnswer = z.infer<typeof source>;
export const sourcePage = pageOf('Source', source);

export const createdSource = z
  .object({
    ...sourceShape,
    secret: z.string().nullable().meta({
      description: 'The one that was made, shown here and never again; null when you gave your own',
    }),
  })
  .meta({ id: 'CreatedSource' });
export type CreatedSourceAnswer = z.infer<typeof createdSource>;
