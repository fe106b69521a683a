import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isThere, unpackedPackages } from './debian-packages.js';

const run = promisify(execFile);

export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
}

export interface LocatePrometheusOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Postel's own cache. */
  readonly cacheDir?: string;
}

/**
 * Prometheus and its promtool, for tests of rules and dashboards: from the PATH, else Debian's package in the cache.
 * @returns `null` where it cannot be had, and its tests are to be skipped with a word
 */
export async function locatePrometheus(
  options: LocatePrometheusOptions = {},
): Promise<PrometheusPrograms | null> {
  const { env = process.env, cacheDir } = options;
  for (const directory of (env['PATH'] ?? '').split(':')) {
    const programs = programsIn(directory);
    if (directory !== '' && (await bothRun(programs))) return programs;
  }
  const wanted = { name: 'prometheus', packages: ['prometheus'], program: 'usr/bin/promtool' };
  const unpacked = await unpackedPackages(wanted, cacheDir);
  if (unpacked === null) return null;
  const programs = programsIn(join(unpacked, 'usr', 'bin'));
  return (await bothRun(programs)) ? programs : null;
}

function programsIn(directory: string): PrometheusPrograms {
  return { prometheus: join(directory, 'prometheus'), promtool: join(directory, 'promtool') };
}

async function bothRun({ prometheus, promtool }: PrometheusPrograms): Promise<boolean> {
  if (!(await isThere(prometheus)) || !(await isThere(promtool))) return false;
  const answers = [prometheus, promtool].map((program) => run(program, ['--version'], { timeout: 20_000 }));
  return (await Promise.allSettled(answers)).every(({ status }) => status === 'fulfilled');
}
