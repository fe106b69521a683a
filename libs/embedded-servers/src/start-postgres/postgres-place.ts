import { createHash, randomUUID } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from '../server-process/server-process.js';
import { StartupError } from '../startup-error.js';
import { canReach } from './postgres-account.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { stopPostgresOrphan } from './postgres-orphan.js';

/** Where the database's files and the binaries are used from. */
export interface PostgresPlace {
  readonly directory: string;
  readonly nativeDir: string;
}

export interface PlaceOptions {
  /** Where they would be by themselves. */
  readonly dataDir: string;
  readonly binaries: PostgresBinaries;
  readonly account: Account | undefined;
  readonly onProgress: (line: string) => void;
}

/**
 * Root's PostgreSQL runs as another account, which cannot enter a clone under /root (mode 0700). What it cannot
 * reach then stands under a directory that it can.
 */
export async function findPlace({
  dataDir,
  binaries,
  account,
  onProgress,
}: PlaceOptions): Promise<PostgresPlace> {
  if (!account) return { directory: dataDir, nativeDir: binaries.nativeDir };
  const reachable = {
    // Its own directory in there is the account's; it need not list the others.
    data: await canReach(account, dataDir, 0o1),
    binaries: await canReach(account, join(binaries.nativeDir, 'bin', 'postgres'), 0o5),
  };
  if (reachable.data && reachable.binaries) return { directory: dataDir, nativeDir: binaries.nativeDir };
  const shelter = await makeShelter();
  const directory = reachable.data ? dataDir : await moveOut(dataDir, shelter, onProgress);
  const nativeDir = reachable.binaries ? binaries.nativeDir : await copyBinaries(binaries, shelter);
  if (!reachable.data) {
    onProgress(
      `postgres: as root its files are under ${directory}, for the account that runs it cannot enter ${dataDir}`,
    );
  }
  return { directory, nativeDir };
}

async function makeShelter(): Promise<string> {
  for (const directory of ['/var/lib/postel', join(tmpdir(), 'postel-root')]) {
    const made = await mkdir(directory, { recursive: true, mode: 0o755 }).then(
      () => true,
      () => false,
    );
    if (!made) continue;
    const found = await lstat(directory);
    // In a directory that all may write, someone else may have been there first.
    if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0) continue;
    // Whatever the umask made of it.
    await chmod(directory, 0o755);
    return directory;
  }
  throw new StartupError(
    'PostgreSQL does not run as root, and neither /var/lib nor the temporary directory can hold its files: ' +
      'start Postel as an ordinary user, or set DATABASE_URL.',
  );
}

/**
 * The place is named after the data directory, and both sides hold the same key: whoever deletes the data
 * directory means the database too, and a new one at the same path must not find the old one's rows.
 */
async function moveOut(
  dataDir: string,
  shelter: string,
  onProgress: (line: string) => void,
): Promise<string> {
  const directory = join(shelter, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  await mkdir(dataDir, { recursive: true });
  const keyHere = join(dataDir, 'moved-to-key');
  const keyThere = join(directory, 'key');
  const [here, there] = await Promise.all(
    [keyHere, keyThere].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  if (here !== '' && here === there) return directory;
  await stopPostgresOrphan(directory, onProgress);
  const previous = `${directory}.previous`;
  await rm(previous, { recursive: true, force: true });
  await rename(directory, previous).catch(() => undefined);
  await mkdir(directory);
  await chmod(directory, 0o755);
  const key = randomUUID();
  await writeFile(keyThere, key);
  await writeFile(keyHere, key);
  return directory;
}

async function copyBinaries({ nativeDir, version }: PostgresBinaries, shelter: string): Promise<string> {
  const target = join(shelter, `postgres-${version}`);
  if (await lstat(target).catch(() => undefined)) return target;
  const scratch = `${target}.${process.pid}`;
  await rm(scratch, { recursive: true, force: true });
  await cp(nativeDir, scratch, { recursive: true, verbatimSymlinks: true });
  await letEveryoneRead(scratch);
  // Another process may have been faster; its copy is as good.
  await rename(scratch, target).catch(() => rm(scratch, { recursive: true, force: true }));
  return target;
}

/** Installed by a root with a narrow umask, the files are root's alone. */
async function letEveryoneRead(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const executable = ((await lstat(path)).mode & 0o100) !== 0;
    await chmod(path, executable ? 0o755 : 0o644);
  }
}
