import { tempDir } from '@postel/testing';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const pythonClient = join(
  dirname(fileURLToPath(import.meta.url)),
  ...['..', '..', '..', '..', 'clients', 'python'],
);

const sources = join(pythonClient, 'src');

export interface Python {
  readonly program: string;
  /** Where it finds our package, when that is not installed. */
  readonly path: string;
  /** Programs of what is installed, such as `flask`. */
  programOf(name: string): string;
  remove(): void;
}

/** As it is on this machine, without a package; `null` when there is none, or one that is older than 3.9. */
export async function findPython(): Promise<Python | null> {
  try {
    await run('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']);
    return { program: 'python3', path: sources, programOf: (name) => name, remove: () => undefined };
  } catch {
    return null;
  }
}

/** What the examples need, and what builds and checks the package; its own dependencies are none. */
const wanted = ['hatchling>=1.26', 'flask>=3,<4', 'fastapi<1', 'uvicorn<1', 'cryptography>=42'];
/** A machine without a network must not wait for long. */
const pip = ['-m', 'pip', '--disable-pip-version-check', '--retries', '1', '--timeout', '10'];

/**
 * An environment of its own with our package, installed as its users do, and the frameworks of the examples; `null` when
 * these cannot be had from PyPI. @throws when it is our package that cannot be installed
 */
export async function pythonWithFrameworks({ program }: Python): Promise<Python | null> {
  const dir = tempDir('python');
  const bin = join(dir.path, 'bin');
  const inside = { program: join(bin, 'python'), path: '', programOf: (name: string) => join(bin, name) };
  try {
    await run(program, ['-m', 'venv', dir.path], { timeout: 120_000 });
    await run(inside.program, [...pip, 'install', ...wanted], { timeout: 300_000 });
  } catch {
    dir.remove();
    return null;
  }
  try {
    await run(inside.program, [...pip, 'install', '--no-deps', '--no-build-isolation', pythonClient]);
  } catch (error) {
    dir.remove();
    throw error;
  }
  return { ...inside, remove: () => dir.remove() };
}

/** @returns what unittest says, which it writes to standard error. @throws when a test fails */
export async function runUnittests({ program }: Python): Promise<string> {
  const env = { PATH: process.env['PATH'], PYTHONDONTWRITEBYTECODE: '1' };
  const { stderr } = await run(program, ['-m', 'unittest', '-v'], { cwd: pythonClient, env });
  return stderr;
}
