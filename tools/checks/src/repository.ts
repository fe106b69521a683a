import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout, from `src` and from `dist` alike. */
export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export function readRepositoryFile(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

/**
 * Files of the repository, as paths from its root: what git tracks, and what it would if it were added.
 * @throws when this is no git checkout
 */
export function repositoryFiles(): string[] {
  // whoever runs the tests need not own the checkout
  const args = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const output = execFileSync('git', args, {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const paths = output.split('\0').filter((path) => path !== '');
  return [...new Set(paths)].filter((path) => existsSync(join(repositoryRoot, path))).sort();
}

/** @returns `null` for a binary file */
export function readTextFile(path: string): string | null {
  const text = readRepositoryFile(path);
  return text.includes('\0') ? null : text;
}
