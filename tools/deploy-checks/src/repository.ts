import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout, from `src` and from `dist` alike. */
export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export function readRepositoryFile(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

/** Whether the checkout has it, as a file or a directory. */
export function isInRepository(path: string): boolean {
  return existsSync(join(repositoryRoot, path));
}
