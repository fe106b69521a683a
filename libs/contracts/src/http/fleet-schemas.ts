import { z } from 'zod';
import { disabledReasons } from '../endpoint.js';
import { job } from './job-schemas.js';
import { circuit, id, stats, time } from './schemas.js';

/** What the operator's answer leaves out, and says so, while the database or the broker is away. */
export const fleetParts = [
  'totals',
  'tenants',
  'worstEndpoints',
  'waiting',
  'oldestWaitingSeconds',
  'streams',
  'consumers',
  'projections',
  'conservation',
  'jobs',
] as const;
export type FleetPart = (typeof fleetParts)[number];

const successRate = z.number().nullable().meta({ description: '0 to 1; null while none has finished' });
const waiting = z
  .int()
  .nullable()
  .meta({ description: 'Deliveries that wait in PostgreSQL; of a large waiting room an estimate' });

const fleetTenant = z
  .object({
    id: z.string(),
    totalDeliveries: z.int(),
    failedDeliveries: z.int(),
    successRate,
    deadLetters: z.int(),
    waiting,
    conservationDifference: z.int().nullable().meta({ description: 'Of both equations together: 0' }),
  })
  .meta({ id: 'FleetTenant' });

const fleetEndpoint = z
  .object({
    tenant: z.string(),
    endpointId: id,
    url: z.string(),
    status: z.enum(['active', 'paused', 'disabled']),
    disabledReason: z.enum(disabledReasons).nullable(),
    circuit,
    totalDeliveries: z.int(),
    failedDeliveries: z.int(),
    successRate,
    p95ResponseTime: z.number().nullable().meta({ description: 'ms; null without any attempt' }),
    deadLetters: z.int(),
    waiting,
  })
  .meta({ id: 'FleetEndpoint' });

const fleetConservation = z
  .object({
    holds: z.boolean().nullable().meta({ description: 'null before the first count' }),
    eventsDifference: z.int(),
    deliveriesDifference: z.int(),
    checkedAt: time.nullable(),
  })
  .meta({ id: 'FleetConservation' });

export const fleet = z
  .object({
    at: time,
    period: stats.shape.period,
    measuredAt: z
      .object({
        figures: time.nullable(),
        waiting: time.nullable(),
        broker: time.nullable(),
        projections: time.nullable(),
      })
      .meta({
        description:
          'Some parts are measured every few seconds and not with each request. figures: tenants and worstEndpoints; broker: streams and consumers',
      }),
    unavailable: z
      .array(z.enum(fleetParts))
      .meta({ description: 'Parts that are null because nobody can know them now' }),
    totals: stats
      .omit({ endpointId: true })
      .extend({ events: z.int().meta({ description: 'Accepted in the period' }) })
      .nullable(),
    tenants: z.array(fleetTenant).nullable().meta({
      description:
        'Of the period, 100 at most: those of which most failed first, then those with most deliveries',
    }),
    worstEndpoints: z.array(fleetEndpoint).nullable().meta({
      description:
        'Of which most failed in the period, 20 at most; where there are very many, in its newest part',
    }),
    openCircuits: z
      .array(
        z.object({ tenant: z.string(), endpointId: id, url: z.string(), since: time, nextProbeAt: time }),
      )
      .meta({ description: 'Opened last first, 100 at most' }),
    openCircuitCount: z.int(),
    waiting: z.record(z.string(), z.int()).nullable().meta({
      description: 'Deliveries that wait in PostgreSQL, by reason; of a large waiting room an estimate',
    }),
    oldestWaitingSeconds: z.number().nullable().meta({ description: 'null when nothing waits' }),
    streams: z
      .array(
        z.object({
          stream: z.string(),
          messages: z.int().nullable().meta({ description: 'null: the stream does not answer' }),
          sizeBytes: z.int().nullable(),
        }),
      )
      .nullable(),
    consumers: z
      .array(z.object({ stream: z.string(), consumer: z.string(), pending: z.int(), ackPending: z.int() }))
      .nullable()
      .meta({ description: 'pending: not yet handed out; ackPending: in hand. 250 at most' }),
    projections: z
      .array(
        z.object({
          projection: z.string(),
          lagSeconds: z.number().meta({ description: 'Age of the oldest message that it has not stored' }),
          behind: z.int().meta({
            description:
              'Messages of its stream that it has not passed; where it takes some kinds alone and none came, it notes that once a minute',
          }),
        }),
      )
      .nullable(),
    conservation: fleetConservation.nullable(),
    jobs: z.array(job).nullable().meta({ description: 'Unfinished, newest first, 50 at most' }),
  })
  .meta({ id: 'Fleet' });
export type FleetAnswer = z.infer<typeof fleet>;
