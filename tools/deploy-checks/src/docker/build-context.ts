import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readRepositoryFile, repositoryRoot } from '../repository.js';

/**
 * What `docker build .` sends: the files of the checkout (what git would keep) that .dockerignore does not hold back.
 * @throws when this is no git checkout
 */
export function buildContext(): string[] {
  const args = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const options = { cwd: repositoryRoot, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const files = execFileSync('git', args, options)
    .split('\0')
    .filter((path) => path !== '');
  const ignored = dockerIgnore(readRepositoryFile('.dockerignore'));
  return files.filter((path) => !ignored(path) && existsSync(join(repositoryRoot, path)));
}

/** The last pattern that matches decides; a pattern holds for what lies below it too. */
export function dockerIgnore(text: string): (path: string) => boolean {
  const patterns = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ out: !line.startsWith('!'), matches: matcher(line.replace(/^!/, '')) }));
  return (path) => patterns.findLast(({ matches }) => matches(path))?.out ?? false;
}

function matcher(pattern: string): (path: string) => boolean {
  const anywhere = pattern.startsWith('**/');
  const text = (anywhere ? pattern.slice(3) : pattern)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  const whole = new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${text}(?:/.*)?$`);
  return (path) => whole.test(path);
}
