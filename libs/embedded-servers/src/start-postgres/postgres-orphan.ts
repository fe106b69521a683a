import { join } from 'node:path';
import { stopOrphan } from '../server-process/orphan.js';
import type { StopStep } from '../server-process/server-process.js';

/** Fast shutdown, immediate shutdown, and then by force: SIGTERM would wait for every client to go. */
export const postgresStopSequence: readonly StopStep[] = [
  { signal: 'SIGINT', patienceMs: 15_000 },
  { signal: 'SIGQUIT', patienceMs: 5_000 },
  { signal: 'SIGKILL', patienceMs: 5_000 },
];

/** @param directory holds the cluster as `data` */
export async function stopPostgresOrphan(
  directory: string,
  onProgress: (line: string) => void,
): Promise<void> {
  const pgData = join(directory, 'data');
  const orphan = await stopOrphan({
    name: 'postgres',
    pidFile: join(pgData, 'postmaster.pid'),
    commandLineMark: `-D ${pgData} `,
    stopSequence: postgresStopSequence,
  });
  if (orphan !== undefined) onProgress(`postgres: stopped one left over from an earlier run (pid ${orphan})`);
}
