import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './failure.mjs';
import { stateDir } from './paths.mjs';
import { progress } from './progress.mjs';

const lockFile = join(stateDir, 'preparing.pid');

/** Five services started in five terminals install and build once, not five times into one another. */
export async function withLock(work) {
  let waiting;
  while (!tryTake()) {
    waiting ??= progress('Waiting for another command to install and build');
    await sleep(300);
  }
  waiting?.done();
  const release = () => rmSync(lockFile, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    release();
    process.off('exit', release);
  }
}

function tryTake() {
  try {
    mkdirSync(stateDir, { recursive: true });
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') {
      throw new Failure(
        `Cannot write to ${stateDir} (${error.code}): give this account the right to write there.`,
      );
    }
    if (!isHeld()) rmSync(lockFile, { force: true });
    return false;
  }
}

function isHeld() {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'));
    // Just made, and its number not written yet.
    if (pid === 0) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
