import { z } from 'zod';
import { id, statsPeriods, time } from './schemas.js';

const ofAttempts = z.number().nullable().meta({ description: 'ms; null without any attempt' });

export const statsPoint = z
  .object({
    at: time.meta({ description: 'When the step begins' }),
    totalDeliveries: z.int(),
    successfulDeliveries: z.int(),
    failedDeliveries: z.int(),
    successRate: z.number().nullable().meta({ description: '0 to 1; null while none has finished' }),
    p50ResponseTime: ofAttempts,
    p95ResponseTime: ofAttempts,
    p99ResponseTime: ofAttempts,
    errorBreakdown: z.record(z.string(), z.int()),
    deadLetters: z.int(),
  })
  .meta({ id: 'StatsPoint' });

export const statsSeries = z
  .object({
    endpointId: id.optional(),
    period: z.enum(Object.keys(statsPeriods) as [keyof typeof statsPeriods]),
    stepSeconds: z.int().meta({ description: '60 for an hour, otherwise 3600' }),
    points: z.array(statsPoint).meta({
      description: 'Oldest first, every step; the first and the last are of the same time as in the figures',
    }),
  })
  .meta({ id: 'StatsSeries' });
export type StatsSeriesAnswer = z.infer<typeof statsSeries>;
