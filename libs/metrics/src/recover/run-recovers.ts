import { runJobs } from '@postel/postgres';
import type { Upkeep } from '@postel/telemetry';
import { RecoverWork, type RecoverWorkParts } from './recover-work.js';

/** @param owner of this process, unlike any other's */
export function runRecovers(parts: RecoverWorkParts, owner: string): Upkeep {
  const { database, logger, nowMs } = parts;
  const trouble = 'recovers do not go on for now';
  return runJobs({
    name: 'run-recovers',
    trouble,
    work: new RecoverWork(parts),
    owner,
    database,
    logger,
    nowMs,
  });
}
