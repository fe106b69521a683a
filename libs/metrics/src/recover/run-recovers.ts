import { pageJobs, type JobTurn } from '@postel/postgres';
import { reportJob, Upkeep } from '@postel/telemetry';
import { RecoverWork, type RecoverWorkParts } from './recover-work.js';

export type RunRecoversParts = RecoverWorkParts & {
  /** Of this process, unlike any other's. */
  readonly owner: string;
};

const lookEveryMs = 250;

/** Works on recovers, each in turn. Any number of processes may. */
export class RunRecovers {
  private readonly upkeep: Upkeep;

  constructor(parts: RunRecoversParts) {
    const { database, logger, nowMs, owner } = parts;
    const work = new RecoverWork(parts);
    this.upkeep = new Upkeep({
      name: 'run-recovers',
      everyMs: lookEveryMs,
      trouble: 'recovers do not go on for now',
      logger,
      nowMs,
      work: (stopped) => {
        const { jobs, projections } = database();
        const onTurn = (turn: JobTurn) => reportJob(turn, logger);
        return pageJobs({ jobs, projections, work, owner, nowMs, onTurn }, stopped);
      },
    });
  }

  start(): void {
    this.upkeep.start();
  }

  stop(): Promise<void> {
    return this.upkeep.stop();
  }
}
