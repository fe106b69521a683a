import { z } from 'zod';

/** Of what the API answers, what the demo looks at. */
export const deliveryShape = z.object({
  id: z.string(),
  eventId: z.string(),
  status: z.enum(['pending', 'retrying', 'succeeded', 'dead', 'discarded']),
  attempts: z.int(),
});
export type Delivery = z.infer<typeof deliveryShape>;

export const deadLetterShape = z.object({
  id: z.string(),
  deliveryId: z.string().nullable(),
  eventId: z.string(),
  reason: z.string(),
});
export type DeadLetter = z.infer<typeof deadLetterShape>;

export const statsShape = z.object({
  totalDeliveries: z.int(),
  successfulDeliveries: z.int(),
  failedDeliveries: z.int(),
  deadLetters: z.int(),
});
export type Stats = z.infer<typeof statsShape>;

export const endpointShape = z.object({
  id: z.string(),
  status: z.enum(['active', 'paused', 'disabled']),
  disabledReason: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
});
export type Endpoint = z.infer<typeof endpointShape>;

export const eventShape = z.object({ id: z.string() });
