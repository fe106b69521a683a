import { runJobs } from '@postel/postgres';
import type { Upkeep } from '@postel/telemetry';
import type { DeadLetterParts } from '../parts.js';
import { RedriveWork } from './redrive-work.js';

/**
 * Works on redrives of many dead letters.
 * @param owner of this process, unlike any other's
 */
export function runRedrives(parts: DeadLetterParts, owner: string): Upkeep {
  const { database, logger, nowMs } = parts;
  const work = new RedriveWork(parts);
  const trouble = 'redrives of many dead letters do not go on for now';
  return runJobs({ name: 'run-redrives', trouble, work, owner, database, logger, nowMs });
}
