import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcess } from './child-process.js';

/** A service gives up what is under way after 18 s; the rest is for a machine on which all stop at once. */
const stopWithinMs = 60_000;

/**
 * SIGTERM, as an operator stops a service; one that was killed before is let be.
 * @throws when it does not end by itself, with 0 and in time
 */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (!child.isAlive()) return;
  child.signal('SIGTERM');
  const inTime = new AbortController();
  const late = sleep(stopWithinMs, 'late' as const, { signal: inTime.signal }).catch(() => 'gone' as const);
  const ended = await Promise.race([child.exited, late]);
  inTime.abort();
  if (typeof ended === 'string') {
    await child.kill();
    throw new Error(`${child.name} did not stop within ${stopWithinMs} ms:\n${child.output()}`);
  }
  if (ended.code !== 0) {
    throw new Error(`${child.name} ended with ${ended.code ?? ended.signal}, not with 0:\n${child.output()}`);
  }
}
