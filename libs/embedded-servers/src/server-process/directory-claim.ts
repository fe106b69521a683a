import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '../startup-error.js';
import { startMarkOf } from './process-identity.js';

/**
 * Marks the directory as used by this process, so that a second Postel on the same data says so instead of
 * taking the first one's server for an orphan. A claim whose process is gone is void.
 * @returns what lets go of it
 * @throws StartupError when a living process holds the claim
 */
export async function claimDirectory(directory: string, name: string): Promise<() => Promise<void>> {
  const path = join(directory, 'claimed-by');
  const claim = `${process.pid} ${randomUUID()} ${(await startMarkOf(process.pid)) ?? ''}`;
  for (let attemptNumber = 1; attemptNumber <= 5; attemptNumber += 1) {
    if (await createExclusively(path, claim)) return () => letGo(path, claim);
    await dropIfVoid(path, directory, name);
  }
  throw new StartupError(`Another process keeps taking ${directory}, where ${name} has its data.`);
}

async function letGo(path: string, claim: string): Promise<void> {
  const held = await readFile(path, 'utf8').catch(() => '');
  if (held === claim) await rm(path, { force: true });
}

async function createExclusively(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o644);
    await file.writeFile(text);
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function dropIfVoid(path: string, directory: string, name: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  const mark = text.split(' ').slice(2).join(' ');
  if (pid > 0 && (await startMarkOf(pid)) === mark) {
    throw new StartupError(
      `Another Postel (pid ${pid}) already runs ${name} on ${directory}: stop it, or set POSTEL_DATA_DIR to another directory.`,
    );
  }
  // Renamed before it is removed: of two processes that find it void, one moves it and the other finds nothing.
  const aside = `${path}.void-${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}
