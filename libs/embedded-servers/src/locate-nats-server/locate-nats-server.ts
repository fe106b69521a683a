import { delimiter, join, resolve } from 'node:path';
import { StartupError, reasonOf } from '../startup-error.js';
import { cachedBinaryPath, type Brought } from './binary-cache.js';
import { bringFromDebian } from './bring-from-debian.js';
import { bringFromRelease } from './bring-from-release.js';
import { checkNatsBinary, formatVersion, oldestNatsServer } from './nats-version.js';

export interface LocateOptions {
  /** Where a binary that had to be brought is kept: `<data directory>/cache`. */
  readonly cacheDir: string;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  /** Looked through after the PATH: Debian puts daemons where an ordinary user's PATH does not lead. */
  readonly systemDirectories?: readonly string[] | undefined;
  /** The ways that need the network; tests put their own here. */
  readonly bringers?: readonly Bringer[] | undefined;
}

export interface NatsServerBinary {
  readonly path: string;
  readonly version: string;
  readonly source: 'environment' | 'path' | 'cache' | 'release' | 'debian';
}

export interface Bringer {
  readonly source: 'release' | 'debian';
  readonly bring: (options: { cacheDir: string; onProgress: (line: string) => void }) => Promise<Brought>;
}

const networkBringers: readonly Bringer[] = [
  { source: 'release', bring: bringFromRelease },
  { source: 'debian', bring: bringFromDebian },
];

/**
 * Finds a nats-server that is new enough, or brings one into the cache: POSTEL_NATS_SERVER, the PATH, the cache,
 * the project's release archive, Debian's testing suite.
 * @throws StartupError that tells every way tried and how to install it by hand
 */
export async function locateNatsServer(options: LocateOptions): Promise<NatsServerBinary> {
  const { env = process.env, bringers = networkBringers, onProgress = () => undefined } = options;
  const { systemDirectories = ['/usr/sbin', '/usr/local/sbin'] } = options;
  const cacheDir = resolve(options.cacheDir);
  const named = await namedByEnvironment(env);
  if (named) return named;

  const tried: string[] = [];
  const onPath = await firstGood('path', pathCandidates(env, systemDirectories), tried);
  if (onPath) return onPath;
  const cached = await firstGood('cache', [cachedBinaryPath(cacheDir)], tried);
  if (cached) return cached;
  for (const { source, bring } of bringers) {
    const brought = await bring({ cacheDir, onProgress }).catch(rethrowOurs);
    if (brought.ok) return { path: brought.path, version: brought.version, source };
    tried.push(`${source}: ${brought.reason}`);
  }
  throw new StartupError(
    `No nats-server ${formatVersion(oldestNatsServer)} or newer found (${tried.join('; ')}). ` +
      'Install it and put it on the PATH, or set POSTEL_NATS_SERVER to its path, or NATS_URL to a running server.',
  );
}

function rethrowOurs(error: unknown): Brought {
  if (error instanceof StartupError) throw error;
  return { ok: false, reason: reasonOf(error) };
}

/** What is asked for by name and will not do is an error: falling through would run something else. */
async function namedByEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Promise<NatsServerBinary | undefined> {
  const named = env['POSTEL_NATS_SERVER'];
  if (named === undefined || named === '') return undefined;
  const path = resolve(named);
  const check = await checkNatsBinary(path);
  if (!check.ok) throw new StartupError(`POSTEL_NATS_SERVER will not do: ${check.reason}.`);
  return { path, version: check.version, source: 'environment' };
}

function pathCandidates(
  env: Readonly<Record<string, string | undefined>>,
  systemDirectories: readonly string[],
): string[] {
  const directories = (env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  return [...new Set([...directories, ...systemDirectories])].map((directory) =>
    join(resolve(directory), 'nats-server'),
  );
}

async function firstGood(
  source: 'path' | 'cache',
  candidates: readonly string[],
  tried: string[],
): Promise<NatsServerBinary | undefined> {
  const refused: string[] = [];
  for (const path of candidates) {
    const check = await checkNatsBinary(path);
    if (check.ok) return { path, version: check.version, source };
    if (!check.reason.endsWith('does not exist')) refused.push(check.reason);
  }
  tried.push(`${source}: ${refused.length > 0 ? refused.join(', ') : 'none'}`);
  return undefined;
}
