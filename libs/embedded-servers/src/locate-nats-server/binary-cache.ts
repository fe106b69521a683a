import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureWritableDirectory } from '../writable-directory.js';
import { checkNatsBinary } from './nats-version.js';

/** Where the binary of this platform is kept. */
export function cachedBinaryPath(cacheDir: string): string {
  return join(cacheDir, 'nats-server', `${process.platform}-${process.arch}`, 'nats-server');
}

/** What one way of bringing the binary came to. */
export type Brought =
  | { readonly ok: true; readonly path: string; readonly version: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Gives `bring` a scratch directory, checks what it brought and moves it into the cache in one step, so that two
 * processes that do this at once both end with a whole binary.
 */
export async function intoCache(
  cacheDir: string,
  bring: (scratchDir: string) => Promise<{ ok: true; path: string } | { ok: false; reason: string }>,
): Promise<Brought> {
  const target = cachedBinaryPath(cacheDir);
  await ensureWritableDirectory(join(cacheDir, 'nats-server'));
  const scratchDir = await mkdtemp(join(cacheDir, 'nats-server', 'scratch-'));
  try {
    const brought = await bring(scratchDir);
    if (!brought.ok) return brought;
    const check = await checkNatsBinary(brought.path);
    if (!check.ok) return check;
    const whole = join(scratchDir, 'whole');
    await copyFile(brought.path, whole);
    await chmod(whole, 0o755);
    await mkdir(join(target, '..'), { recursive: true });
    await rename(whole, target);
    return { ok: true, path: target, version: check.version };
  } finally {
    await rm(scratchDir, { recursive: true, force: true });
  }
}
