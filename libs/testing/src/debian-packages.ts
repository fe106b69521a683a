import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = (program: string, args: readonly string[], options: { cwd?: string } = {}) =>
  // the environment by name: Jest has one of its own for each test file
  promisify(execFile)(program, args, { timeout: stepTimeoutMs, env: process.env, ...options });
const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
/** Each of the steps that follow one another; whoever waits for another to bring the same waits for all of them. */
const stepTimeoutMs = 60_000;
const bringTimeoutMs = 4 * stepTimeoutMs;

export interface DebianPackages {
  /** The directory of the cache. */
  readonly name: string;
  readonly packages: readonly string[];
  /** A file in them, as a path from the root; where it lies, all of them do. */
  readonly program: string;
}

/** The cache that `npm start` uses too. */
export function testCacheDir(): string {
  return join(process.env['POSTEL_DATA_DIR'] ?? join(repositoryRoot, '.postel'), 'cache');
}

/**
 * Debian's packages of a program that only tests need, unpacked into the cache and not installed: no root is needed, and
 * apt checks the signatures. One process brings them while others wait for it.
 * @returns their root directory; `null` where they cannot be had: no apt, no network, or a cache that is not ours
 */
export async function unpackedPackages(
  wanted: DebianPackages,
  cacheDir = testCacheDir(),
): Promise<string | null> {
  const target = join(cacheDir, wanted.name);
  const isBrought = () => isThere(join(target, wanted.program));
  const deadlineMs = Date.now() + bringTimeoutMs;
  while (!(await isBrought())) {
    if (Date.now() > deadlineMs) return null;
    const letGo = await takeLock(`${target}.lock`).catch(() => null);
    if (letGo === null) return null;
    if (letGo === 'taken') {
      await sleep(200);
      continue;
    }
    try {
      if (!(await isBrought())) await bring(wanted, target);
    } catch {
      return null;
    } finally {
      await letGo();
    }
  }
  return target;
}

/** The lock of a process that is gone, or of one that has taken too long, is void. */
async function takeLock(path: string): Promise<(() => Promise<void>) | 'taken'> {
  await mkdir(dirname(path), { recursive: true });
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return () => rm(path, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (await isVoid(path)) {
    // renamed before it is removed: of two that find it void one moves it, and the other finds nothing
    const aside = `${path}.void-${process.pid}`;
    await rename(path, aside).catch(() => undefined);
    await rm(aside, { force: true });
  }
  return 'taken';
}

async function isVoid(path: string): Promise<boolean> {
  const [text, about] = await Promise.all([
    readFile(path, 'utf8').catch(() => ''),
    stat(path).catch(() => null),
  ]);
  if (about === null) return false;
  if (Date.now() - about.mtimeMs > bringTimeoutMs) return true;
  const pid = Number(text);
  if (!(pid > 0)) return false; // just being written
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function bring({ packages }: DebianPackages, target: string): Promise<void> {
  const scratch = await mkdtemp(`${target}-`);
  try {
    await download(packages, scratch);
    const unpacked = join(scratch, 'unpacked');
    for (const file of await readdir(scratch))
      if (file.endsWith('.deb')) await run('dpkg', ['-x', join(scratch, file), unpacked]);
    await rename(unpacked, target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** By the lists that the system has; where it has none, or they are too old, by lists of our own. */
async function download(packages: readonly string[], directory: string): Promise<void> {
  const lists = join(directory, 'lists');
  const own = ['-o', `Dir::State::Lists=${lists}`, '-o', 'Debug::NoLocking=1'];
  const apt = (args: readonly string[]) =>
    run('apt-get', ['-q', ...aptOptions(), ...args], { cwd: directory });
  try {
    await apt(['download', ...packages]);
  } catch {
    await mkdir(join(lists, 'partial'), { recursive: true });
    await apt([...own, 'update']);
    await apt([...own, 'download', ...packages]);
  }
}

function aptOptions(): string[] {
  // root's apt would hand downloads to the account _apt, which may not enter our directory
  const sandbox = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : [];
  const network = ['Retries=0', 'http::Timeout=10', 'https::Timeout=10'];
  return [...sandbox, ...network.flatMap((option) => ['-o', `Acquire::${option}`])];
}

export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
