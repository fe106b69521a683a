import { BulkPace } from '@postel/domain';
import { BesideLive } from '@postel/jetstream';
import { runJobs } from '@postel/postgres';
import { RecoverWork, type RecoverWorkParts } from './recover-work.js';

/** @param owner of this process, unlike any other's */
export function runRecovers(
  parts: Omit<RecoverWorkParts, 'pacing'>,
  owner: string,
): { start(): void; stop(): Promise<void> } {
  const { broker, database, logger, nowMs } = parts;
  const pacing = new BesideLive({
    broker,
    pace: new BulkPace({ nowMs }),
    onTrouble: (error) => logger.warn({ err: error }, 'recovers do not see how live traffic fares for now'),
  });
  const work = new RecoverWork({ ...parts, pacing });
  const trouble = 'recovers do not go on for now';
  const jobs = runJobs({ name: 'run-recovers', trouble, work, owner, database, logger, nowMs });
  return {
    start: () => jobs.start(),
    stop: async () => {
      await jobs.stop();
      await pacing.stop();
    },
  };
}
