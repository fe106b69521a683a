import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from './repository-root.js';

const timeoutMs = 600_000;

/** One of our programs that do their work and end. @returns what it said @throws when it ends with anything but 0 */
export async function runProgram(
  app: string,
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const file = join(repositoryRoot, 'apps', app, 'dist', `${program}.js`);
  const options = { env: { ...process.env, ...env }, timeout: timeoutMs };
  const { stdout } = await promisify(execFile)(process.execPath, [file], options);
  return stdout;
}
