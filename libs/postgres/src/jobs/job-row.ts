import type { JobCursor } from '@postel/contracts';
import type { Job, JobProgress } from './job.js';

/** As it is stored. */
export interface JobRow extends JobProgress {
  readonly id: string;
  readonly tenant: string;
  readonly kind: Job['kind'];
  readonly state: Job['state'];
  readonly parameters: Job['parameters'];
  readonly cursor: JobCursor | null;
  readonly waiting_for: Job['waitingFor'];
  readonly error: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly completed_at: Date | null;
  /** Where a list is read. */
  readonly ordinal?: number;
}

export const jobColumns = `id, tenant, kind, state, parameters, cursor, done, total, failed, deliveries, waiting_for, error,
       created_at, updated_at, completed_at`;

export function jobOf({
  created_at,
  updated_at,
  completed_at,
  waiting_for,
  ordinal: _,
  ...row
}: JobRow): Job {
  return {
    ...row,
    waitingFor: waiting_for,
    createdAt: created_at.toISOString(),
    updatedAt: updated_at.toISOString(),
    completedAt: completed_at?.toISOString() ?? null,
  } as Job;
}
