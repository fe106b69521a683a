import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf } from '../startup-error.js';
import { intoCache, type Brought } from './binary-cache.js';

const releaseVersion = 'v2.15.1';
const releaseUrl = `https://github.com/nats-io/nats-server/releases/download/${releaseVersion}`;

/** An offline machine should go on to the next way soon; a slow one is given time as long as bytes come. */
const answerTimeoutMs = 6_000;
const stallTimeoutMs = 10_000;

export interface ReleaseOptions {
  readonly cacheDir: string;
  readonly onProgress: (line: string) => void;
  /** Another place with the same files, for tests. */
  readonly baseUrl?: string | undefined;
}

/** The project's official archive for this platform, verified against the SHA256SUMS of the same release. */
export async function bringFromRelease({
  cacheDir,
  onProgress,
  baseUrl = releaseUrl,
}: ReleaseOptions): Promise<Brought> {
  const name = archiveName(process.platform, process.arch);
  if (name === undefined) return { ok: false, reason: `no release for ${process.platform}-${process.arch}` };
  onProgress(`nats-server: downloading ${releaseVersion} from its release page`);
  return intoCache(cacheDir, async (scratchDir) => {
    try {
      const sums = await download(`${baseUrl}/SHA256SUMS`);
      const archive = await download(`${baseUrl}/${name}.tar.gz`, (percent) =>
        onProgress(`nats-server: downloading ${releaseVersion}, ${percent} %`),
      );
      const mismatch = checksumMismatch(sums.toString('utf8'), `${name}.tar.gz`, archive);
      if (mismatch !== undefined) return { ok: false, reason: mismatch };
      const file = join(scratchDir, 'archive.tar.gz');
      await writeFile(file, archive);
      await promisify(execFile)('tar', ['-xzf', file, '-C', scratchDir], { timeout: 60_000 });
      return { ok: true, path: join(scratchDir, name, 'nats-server') };
    } catch (error) {
      return { ok: false, reason: `${new URL(baseUrl).host}: ${reasonOf(error)}` };
    }
  });
}

export function archiveName(platform: string, architecture: string): string | undefined {
  const arch = { x64: 'amd64', arm64: 'arm64' }[architecture];
  const known = platform === 'linux' || platform === 'darwin';
  return known && arch !== undefined ? `nats-server-${releaseVersion}-${platform}-${arch}` : undefined;
}

/** What is wrong with the archive by its SHA256SUMS (lines of `<hex>  <name>`), or undefined. */
export function checksumMismatch(sums: string, fileName: string, content: Buffer): string | undefined {
  const line = sums.split('\n').find((entry) => entry.trim().split(/\s+\*?/)[1] === fileName);
  if (line === undefined) return `${fileName} has no checksum in SHA256SUMS`;
  const expected = line.trim().split(/\s+/)[0]?.toLowerCase();
  const actual = createHash('sha256').update(content).digest('hex');
  return actual === expected ? undefined : `${fileName} does not have the checksum of its release`;
}

async function download(url: string, onPercent?: (percent: number) => void): Promise<Buffer> {
  const abort = new AbortController();
  const patience = setTimeout(() => abort.abort(new Error('no answer')), answerTimeoutMs);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    clearTimeout(patience);
    return await readBody(response, abort, onPercent);
  } finally {
    clearTimeout(patience);
  }
}

async function readBody(
  response: Response,
  abort: AbortController,
  onPercent?: (percent: number) => void,
): Promise<Buffer> {
  const totalBytes = Number(response.headers.get('content-length') ?? 0);
  const chunks: Uint8Array[] = [];
  let receivedBytes = 0;
  let stall = setTimeout(() => undefined, 0);
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      clearTimeout(stall);
      stall = setTimeout(() => abort.abort(new Error('the download stalled')), stallTimeoutMs);
      chunks.push(chunk);
      receivedBytes += chunk.length;
      if (totalBytes > 0) onPercent?.(Math.floor((receivedBytes / totalBytes) * 100));
    }
  } finally {
    clearTimeout(stall);
  }
  return Buffer.concat(chunks);
}
