import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository.js';
import { linkProductionPackages } from './link-packages.js';

/** A RUN of the Dockerfile; `npm ci` by what is installed here, compilers by what is built. */
export function runWithoutRegistry(command: string, cwd: string): void {
  if (/^npm ci .*--omit=dev/.test(command)) linkProductionPackages(repositoryRoot, cwd);
  else if (command.startsWith('npm ci ')) return;
  else if (command.includes('/tsc -b')) bringBuilt(cwd);
  else if (command.includes('/vite.js build'))
    return; // brought with the others
  else execFileSync('/bin/sh', ['-c', command], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
}

function bringBuilt(cwd: string): void {
  for (const kind of ['apps', 'libs', 'tools']) {
    for (const name of readdirSync(join(cwd, kind))) {
      const built = join(repositoryRoot, kind, name, 'dist');
      if (existsSync(built)) cpSync(built, join(cwd, kind, name, 'dist'), { recursive: true });
    }
  }
}
