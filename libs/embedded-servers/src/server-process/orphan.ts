import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartupError } from '../startup-error.js';
import { commandLineOf, isRunning } from './process-identity.js';
import type { StopStep } from './server-process.js';

export interface OrphanSearch {
  readonly name: string;
  /** Its first line is the pid. */
  readonly pidFile: string;
  /** Stands in the command line of our server and of no other: the path of its config or data. */
  readonly commandLineMark: string;
  readonly stopSequence: readonly StopStep[];
}

/**
 * A parent that was SIGKILLed leaves its server running on the same data directory. Stops it cleanly.
 * @returns its pid, or undefined when there was none
 */
export async function stopOrphan(search: OrphanSearch): Promise<number | undefined> {
  const pid = await findOrphan(search);
  if (pid === undefined) return undefined;
  for (const { signal, patienceMs } of search.stopSequence) {
    process.kill(pid, signal);
    if (await isGone(pid, patienceMs)) return pid;
  }
  throw new StartupError(`An earlier ${search.name} (pid ${pid}) still runs on this data and does not stop.`);
}

async function findOrphan({ pidFile, commandLineMark }: OrphanSearch): Promise<number | undefined> {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  // A pid file outlives a reboot, and its number may be anyone's by now: only the command line tells.
  if (!(pid > 1) || !isRunning(pid)) return undefined;
  const commandLine = await commandLineOf(pid);
  return commandLine?.includes(commandLineMark) === true ? pid : undefined;
}

async function isGone(pid: number, patienceMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + patienceMs;
  while (Date.now() < deadlineMs) {
    // A zombie has no command line: its new parent has only not reaped it yet.
    if (!isRunning(pid) || (await commandLineOf(pid)) === undefined) return true;
    await sleep(25);
  }
  return false;
}
