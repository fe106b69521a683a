import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartupError, reasonOf } from './startup-error.js';

/**
 * Makes the directory if need be and proves that a file can be written there: access(2) says yes to root on a
 * read-only mount.
 * @throws StartupError naming the directory and the variable that moves it
 */
export async function ensureWritableDirectory(directory: string, modeOctal = 0o755): Promise<void> {
  const probe = join(directory, `.write-probe-${process.pid}`);
  try {
    await makeDirectories(directory, modeOctal);
    await writeFile(probe, '');
    await rm(probe, { force: true });
  } catch (error) {
    throw new StartupError(
      `Cannot write to the data directory ${directory} (${reasonOf(error)}): ` +
        'give this account the right to, or set POSTEL_DATA_DIR to another directory.',
    );
  }
}

/** Not `recursive`: where a directory that is there answers ENOENT, as /proc does, Node tries for ever. */
async function makeDirectories(directory: string, mode: number): Promise<void> {
  const parent = dirname(directory);
  const isThere = await access(parent).then(
    () => true,
    () => false,
  );
  if (!isThere) await makeDirectories(parent, mode);
  await mkdir(directory, { mode }).catch((error: unknown) => {
    // what is there and is no directory shows when a file is to be written in it
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  });
}
