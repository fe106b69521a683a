import type { JobKind } from '@postel/contracts';
import { reportJob, Upkeep, type Logger } from '@postel/telemetry';
import type { Database } from '../database.js';
import { pageJobs, type PagedWork } from './page-jobs.js';

export interface RunJobsOptions<Kind extends JobKind, Effect> {
  /** Of this work in the log, and what is said there while it fails. */
  readonly name: string;
  readonly trouble: string;
  readonly work: PagedWork<Kind, Effect>;
  /** Of this process, unlike any other's. */
  readonly owner: string;
  /** @throws while the database was never reached */
  readonly database: () => Pick<Database, 'jobs' | 'projections'>;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

const lookEveryMs = 250;

/** Works on the jobs of one kind, each in turn. Any number of processes may. */
export function runJobs<Kind extends JobKind, Effect>(options: RunJobsOptions<Kind, Effect>): Upkeep {
  const { name, trouble, work, owner, database, logger, nowMs } = options;
  return new Upkeep({
    name,
    everyMs: lookEveryMs,
    trouble,
    logger,
    nowMs,
    work: (stopped) => {
      const { jobs, projections } = database();
      const onTurn = (turn: { readonly state: string }) => reportJob(turn, logger);
      return pageJobs({ jobs, projections, work, owner, nowMs, onTurn }, stopped);
    },
  });
}
