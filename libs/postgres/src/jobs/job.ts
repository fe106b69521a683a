import type { JobCursor, JobKind, JobParameters, JobState, JobWait } from '@postel/contracts';
import type { PageRequest } from '../connection/page.js';

export interface JobProgress {
  readonly done: number;
  /** `null`: not known. */
  readonly total: number | null;
  /** For how many nothing could be done. */
  readonly failed: number;
  /** That were made or reopened. */
  readonly deliveries: number;
}

export interface JobOf<Kind extends JobKind> extends JobProgress {
  readonly id: string;
  readonly tenant: string;
  readonly kind: Kind;
  readonly state: JobState;
  readonly parameters: JobParameters[Kind];
  readonly cursor: JobCursor | null;
  readonly waitingFor: JobWait | null;
  /** Why it failed, or what holds it up. */
  readonly error: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly completedAt: string | null;
}

export type Job = { [Kind in JobKind]: JobOf<Kind> }[JobKind];

type NewJobOf<Kind extends JobKind> = Pick<JobOf<Kind>, 'id' | 'tenant' | 'kind' | 'parameters'> & {
  readonly createdAtMs: number;
  /** Of jobs with the same, one at a time is queued or under way. */
  readonly alone?: string;
};

export type NewJob = { [Kind in JobKind]: NewJobOf<Kind> }[JobKind];

export interface JobFilter extends PageRequest {
  /** Of no other kinds. */
  readonly kinds: readonly JobKind[];
  readonly state?: JobState | undefined;
  /** Those that were asked for of this endpoint alone. */
  readonly endpointId?: string | undefined;
}

/** A job in the hands of one process, for as long as that says so in time. */
export interface JobClaim {
  readonly jobId: string;
  readonly owner: string;
}

/** Why a job is given out of hand. */
export interface JobRelease {
  readonly error?: string;
  readonly waitingFor?: JobWait;
  /** Nobody takes it up before. */
  readonly afterMs: number;
}
