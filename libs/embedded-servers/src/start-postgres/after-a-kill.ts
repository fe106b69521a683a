import { readFile, readdir, readlink, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf, isRunning } from '../server-process/process-identity.js';
import { StartupError } from '../startup-error.js';

/** The children of a killed postmaster notice it by themselves, and need a moment to end. */
const patienceMs = 15_000;
/** What is said while they are there, by the new one or by themselves: all write to the same log. */
const passing = /shared memory block|lock file|unexpected postmaster exit/;

/**
 * Starts again while what a killed postmaster left behind is still going away.
 * @throws StartupError of the last attempt
 */
export async function withPatience<T>(start: () => Promise<T>): Promise<T> {
  const deadlineMs = Date.now() + patienceMs;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const isPassing = error instanceof StartupError && passing.test(error.message);
      if (!isPassing || Date.now() > deadlineMs) throw error;
      await sleep(100);
    }
  }
}

/**
 * In a container whose first process reaps nothing, a killed postmaster stays a zombie for ever, and PostgreSQL
 * takes it for one that runs. Its pid file may go once none of its children works on the data.
 */
export async function dropPidFileOfZombie(pidFile: string, pgData: string): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  const isZombie = pid > 1 && isRunning(pid) && (await commandLineOf(pid)) === undefined;
  if (process.platform !== 'linux' || !isZombie) return;
  const deadlineMs = Date.now() + patienceMs;
  while (await isWorkedOn(pgData)) {
    if (Date.now() > deadlineMs)
      throw new StartupError(`Processes of an earlier postgres still work on ${pgData}.`);
    await sleep(50);
  }
  await rm(pidFile, { force: true });
}

/** Every process of a cluster has the data directory as its working directory. */
async function isWorkedOn(pgData: string): Promise<boolean> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const directories = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return directories.includes(pgData);
}
