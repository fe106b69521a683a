import { pageJobs, type JobTurn } from '@postel/postgres';
import { reportJob, Upkeep } from '@postel/telemetry';
import type { DeadLetterParts } from '../parts.js';
import { RedriveWork } from './redrive-work.js';

export interface RunRedrivesParts extends DeadLetterParts {
  /** Of this process, unlike any other's. */
  readonly owner: string;
}

const lookEveryMs = 250;

/** Works on redrives of many dead letters, each in turn. Any number of processes may. */
export class RunRedrives {
  private readonly upkeep: Upkeep;

  constructor(parts: RunRedrivesParts) {
    const { database, logger, nowMs, owner } = parts;
    const work = new RedriveWork(parts);
    this.upkeep = new Upkeep({
      name: 'run-redrives',
      everyMs: lookEveryMs,
      trouble: 'redrives of many dead letters do not go on for now',
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
