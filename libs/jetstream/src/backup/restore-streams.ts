import { DeliverPolicy } from '@nats-io/jetstream';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Broker } from '../connect-broker.js';
import { isNotFound } from '../read-message.js';
import { BackupRefused } from './back-up-streams.js';
import { manifestFile, type BackupManifest, type SavedDurable, type SavedStream } from './backup-manifest.js';
import { restoreStream } from './snapshot-stream.js';

export interface RestoreOptions {
  readonly directory: string;
  /** Copies of each stream, which may be others than there were. */
  readonly replicas: number;
  /** This one alone (all), where the others are there. */
  readonly only?: string;
  readonly onRestored?: (stream: SavedStream) => void;
}

const chunkBytes = 128 * 1024;

/**
 * Makes the streams of a backup and their durables, on a broker that has none of them, while no service runs.
 * @throws {BackupRefused} before anything was made, where the backup is not whole or streams are there
 */
export async function restoreStreams(broker: Broker, options: RestoreOptions): Promise<BackupManifest> {
  const { directory, only, replicas, onRestored } = options;
  const manifest = await readManifest(directory);
  const streams = manifest.streams.filter(({ name }) => only === undefined || name === only);
  if (streams.length === 0) throw new BackupRefused(`${directory} has no stream ${only}`);
  for (const stream of streams) {
    if (await isThere(broker, stream.name))
      throw new BackupRefused(
        `The stream ${stream.name} is there already: a backup is restored to a broker without Postel's streams, before any service starts`,
      );
    await checkFile(directory, stream);
  }
  for (const stream of streams) {
    const chunks: AsyncIterable<Uint8Array> = createReadStream(join(directory, stream.file), {
      highWaterMark: chunkBytes,
    });
    const config = { ...stream.config, num_replicas: replicas };
    await restoreStream(broker, { config, state: stream.state }, chunks);
    onRestored?.(stream);
  }
  for (const durable of manifest.durables)
    if (streams.some(({ name }) => name === durable.stream)) await addDurable(broker, durable);
  return manifest;
}

async function readManifest(directory: string): Promise<BackupManifest> {
  const text = await readFile(join(directory, manifestFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new BackupRefused(`${directory} has no ${manifestFile}: it is no backup, or one that did not end`);
  });
  const manifest = JSON.parse(text) as BackupManifest;
  if (manifest.format !== 1)
    throw new BackupRefused(`${directory} has the format ${String(manifest.format)}, of another version`);
  return manifest;
}

async function isThere(broker: Broker, name: string): Promise<boolean> {
  try {
    await broker.jsm.streams.info(name);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function checkFile(directory: string, { file, sizeBytes, sha256 }: SavedStream): Promise<void> {
  const path = join(directory, file);
  const found = await stat(path).catch(() => null);
  const hash = createHash('sha256');
  if (found?.size === sizeBytes)
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(chunk);
  if (found?.size !== sizeBytes || hash.digest('hex') !== sha256)
    throw new BackupRefused(`${path} is not what the backup wrote`);
}

/** It begins behind what it had acknowledged before the streams were read. */
async function addDurable(broker: Broker, { stream, config, ackFloor }: SavedDurable): Promise<void> {
  // the copies of its stream
  const { num_replicas: _copies, ...rest } = config;
  await broker.jsm.consumers.add(stream, {
    ...rest,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: ackFloor + 1,
  });
}
