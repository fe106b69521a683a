import { BulkPace } from '@postel/domain';
import { BesideLive } from '@postel/jetstream';
import { runJobs } from '@postel/postgres';
import type { DeadLetterParts } from '../parts.js';
import { RedriveWork } from './redrive-work.js';

/**
 * Works on redrives of many dead letters.
 * @param owner of this process, unlike any other's
 */
export function runRedrives(parts: DeadLetterParts, owner: string): { start(): void; stop(): Promise<void> } {
  const { broker, database, logger, nowMs } = parts;
  const pacing = new BesideLive({
    broker,
    pace: new BulkPace({ nowMs }),
    onTrouble: (error) => logger.warn({ err: error }, 'redrives do not see how live traffic fares for now'),
  });
  const work = new RedriveWork({ ...parts, pacing });
  const trouble = 'redrives of many dead letters do not go on for now';
  const jobs = runJobs({ name: 'run-redrives', trouble, work, owner, database, logger, nowMs });
  return {
    start: () => jobs.start(),
    stop: async () => {
      await jobs.stop();
      await pacing.stop();
    },
  };
}
