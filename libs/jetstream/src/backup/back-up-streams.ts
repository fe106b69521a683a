import type { StreamName } from '@postel/contracts';
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Broker } from '../connect-broker.js';
import { durablesOf } from '../durables-of.js';
import {
  backupOrder,
  manifestFile,
  streamsWithDurables,
  type BackupManifest,
  type SavedDurable,
  type SavedStream,
} from './backup-manifest.js';
import { snapshotStream } from './snapshot-stream.js';

/** Why there is no backup; a line that can be shown. */
export class BackupRefused extends Error {
  override name = 'BackupRefused';
}

export interface BackUpOptions {
  /** Made if it is not there; must be empty. Only this user may read it: payloads are in it. */
  readonly directory: string;
  readonly nowMs: () => number;
  readonly onSaved?: (stream: SavedStream) => void;
}

/**
 * Writes all streams to files, while everything runs. Restored, together with tables of its beginning or of before, they
 * hold whatever was accepted before it began, and what was done since then may be done once more.
 * @throws {BackupRefused}
 * @throws {PublishError} when a durable does not answer, which without its floor would begin anew after a restore
 */
export async function backUpStreams(broker: Broker, options: BackUpOptions): Promise<BackupManifest> {
  const { directory, nowMs, onSaved } = options;
  await makeEmptyDirectory(directory);
  const startedAt = new Date(nowMs()).toISOString();
  // before any stream is read
  const durables = (await Promise.all(streamsWithDurables.map((name) => floorsOf(broker, name)))).flat();
  const streams: SavedStream[] = [];
  for (const name of backupOrder) {
    const saved = await saveStream(broker, name, directory);
    streams.push(saved);
    onSaved?.(saved);
  }
  const finishedAt = new Date(nowMs()).toISOString();
  const manifest: BackupManifest = { format: 1, startedAt, finishedAt, streams, durables };
  await writeManifest(directory, manifest);
  return manifest;
}

async function makeEmptyDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if ((await readdir(directory)).length > 0)
    throw new BackupRefused(`${directory} is not empty: a backup wants a directory of its own`);
}

async function floorsOf(broker: Broker, stream: StreamName): Promise<readonly SavedDurable[]> {
  const durables = await durablesOf(broker, stream);
  return durables.map(({ config, ack_floor }) => ({ stream, config, ackFloor: ack_floor.stream_seq }));
}

async function saveStream(broker: Broker, name: StreamName, directory: string): Promise<SavedStream> {
  const file = `${name}.snapshot`;
  const handle = await open(join(directory, file), 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const outline = await snapshotStream(broker, name, async (chunk) => {
      hash.update(chunk);
      sizeBytes += chunk.length;
      await handle.writeFile(chunk);
    });
    await handle.sync();
    return { name, file, sizeBytes, sha256: hash.digest('hex'), ...outline };
  } finally {
    await handle.close();
  }
}

/** Whole or not at all. */
async function writeManifest(directory: string, manifest: BackupManifest): Promise<void> {
  const path = join(directory, manifestFile);
  const handle: FileHandle = await open(`${path}.new`, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
}
