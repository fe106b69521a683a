import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** As package URLs; packages of this repository are links, and are not followed. */
export function installedIn(modules: string): string[] {
  return readdirSync(modules, { withFileTypes: true }).flatMap((entry) => {
    const path = join(modules, entry.name);
    if (!entry.isDirectory() || entry.name === '.bin') return [];
    if (entry.name.startsWith('@')) return installedIn(path);
    const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;
    const nested = join(path, 'node_modules');
    return [`pkg:npm/${name}@${version}`, ...(existsSync(nested) ? installedIn(nested) : [])];
  });
}

/** Whose code is in the files that browsers are sent. */
export function packagesOfConsole(built: string): string[] {
  const bundled = JSON.parse(readFileSync(join(built, 'licenses.json'), 'utf8')) as Manifest[];
  return bundled.map(({ name, version }) => `pkg:npm/${name}@${version}`);
}

interface Manifest {
  readonly name: string;
  readonly version: string;
}
