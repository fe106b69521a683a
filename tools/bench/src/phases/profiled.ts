import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchReport } from '../report.js';
import { repositoryRoot } from '../stack/repository-root.js';
import type { ServiceProcess } from '../stack/service-process.js';
import type { BenchContext } from './bench-context.js';

/** With --profile: a CPU profile of each of these processes, of exactly this work. */
export async function profiled<T>(
  { options }: BenchContext,
  services: readonly ServiceProcess[],
  report: BenchReport,
  work: () => Promise<T>,
): Promise<T> {
  if (!options.profile) return work();
  const directory = join(repositoryRoot, '.postel', 'profiles');
  mkdirSync(directory, { recursive: true });
  for (const service of services) await service.startProfile();
  const result = await work();
  for (const service of services) {
    const file = join(directory, `${service.name}-${Date.now()}.cpuprofile`);
    await service.writeProfile(file);
    report.profiles.push(file);
  }
  return result;
}
