import { z } from 'zod';
import { deadLetterReasons } from '../facts.js';
import { jobKinds, jobStates, jobWaits, recoverKinds } from '../job.js';
import { id, listQuery, pageOf, time } from './schemas.js';

const only = z.enum(recoverKinds).meta({
  description:
    'failed: dead deliveries anew; missing: deliveries that were never made; all: one more of every event that matches now',
});

const moment = z.iso.datetime({ offset: true });

export const recoverRequest = z
  .strictObject({
    since: moment.meta({ description: 'Events accepted at or after' }),
    until: moment
      .optional()
      .meta({ description: 'Events accepted before; the time of the request when absent' }),
    only,
  })
  .refine(({ since, until }) => until === undefined || Date.parse(since) < Date.parse(until), {
    path: ['until'],
    message: 'must be after since',
  })
  .meta({ id: 'Recover' });

export const job = z
  .object({
    id,
    kind: z.enum(jobKinds),
    tenant: z.string(),
    state: z.enum(jobStates),
    parameters: z
      .object({
        endpointId: id.optional(),
        only: only.optional(),
        reason: z.enum(deadLetterReasons).optional(),
        eventId: id.optional(),
        since: time.optional(),
        until: time.optional(),
      })
      .meta({ description: 'What was asked for' }),
    progress: z.object({
      done: z.int().meta({ description: 'Events, dead letters or rows that were looked at' }),
      total: z.int().nullable().meta({ description: 'null: not known; a job may find more than that' }),
      failed: z.int().meta({ description: 'Of those, for how many nothing could be done' }),
      deliveries: z.int().meta({ description: 'Deliveries that were made or reopened' }),
    }),
    waitingFor: z.enum(jobWaits).nullable().meta({ description: 'What it waits for; it goes on by itself' }),
    error: z.string().nullable(),
    createdAt: time,
    updatedAt: time,
    completedAt: time.nullable(),
  })
  .meta({ id: 'Job' });
export type JobAnswer = z.infer<typeof job>;
export const jobPage = pageOf('Job', job);

export const jobsQuery = listQuery.extend({
  state: z.enum(jobStates).optional(),
  kind: z.enum(jobKinds).optional(),
  endpointId: id.optional().meta({ description: 'Jobs that were asked for of this endpoint alone' }),
});
