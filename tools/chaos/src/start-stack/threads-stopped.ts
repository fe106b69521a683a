import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until no thread of a process runs any more: each is stopped, or in a system call that it will not come back from
 * before it is stopped (an fsync). Linux only.
 * @throws when they are not after five seconds
 */
export async function untilThreadsStopped(pid: number): Promise<void> {
  const deadlineMs = Date.now() + 5_000;
  while (!statesOfThreads(pid).every((state) => 'TtDZX'.includes(state))) {
    if (Date.now() > deadlineMs) throw new Error(`process ${pid} does not stop`);
    await delay(1);
  }
}

function statesOfThreads(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = statOf(`/proc/${pid}/task/${thread}/stat`);
    // after the name, which may hold parentheses
    return stat.charAt(stat.lastIndexOf(')') + 2);
  });
}

/** A thread that ended meanwhile runs no more. */
function statOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '() X';
  }
}
