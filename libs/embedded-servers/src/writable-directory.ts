import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError, reasonOf } from './startup-error.js';

/**
 * Makes the directory if need be and proves that a file can be written there: access(2) says yes to root on a
 * read-only mount.
 * @throws StartupError naming the directory and the variable that moves it
 */
export async function ensureWritableDirectory(directory: string, modeOctal = 0o755): Promise<void> {
  const probe = join(directory, `.write-probe-${process.pid}`);
  try {
    await mkdir(directory, { recursive: true, mode: modeOctal });
    await writeFile(probe, '');
    await rm(probe, { force: true });
  } catch (error) {
    throw new StartupError(
      `Cannot write to the data directory ${directory} (${reasonOf(error)}): ` +
        'give this account the right to, or set POSTEL_DATA_DIR to another directory.',
    );
  }
}
