import type { ConsumerConfig } from '@nats-io/jetstream';
import type { StreamName } from '@postel/contracts';
import type { StreamOutline } from './snapshot-stream.js';

/** What a backup consists of; written last, so that one without it is none. */
export interface BackupManifest {
  readonly format: 1;
  /** PostgreSQL belongs to it as it was then, or before. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly streams: readonly SavedStream[];
  readonly durables: readonly SavedDurable[];
}

export interface SavedStream extends StreamOutline {
  readonly name: StreamName;
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** A durable as it was before any stream was read that its work goes into. */
export interface SavedDurable {
  readonly stream: StreamName;
  readonly config: ConsumerConfig;
  readonly ackFloor: number;
}

/**
 * Each stream after those whose messages speak of it or were acknowledged for what is in it: an outcome is in LOG before
 * its message of DELIVERIES may go, LOG speaks of EVENTS, and an event names a state of CONFIG. What the dispatcher had not
 * finished is behind its floor in EVENTS, and is done again (ADR 36). IDEMPOTENCY promises what is in the others.
 */
export const backupOrder = [
  'IDEMPOTENCY',
  'DELIVERIES',
  'LOG',
  'EVENTS',
  'CONFIG',
] as const satisfies readonly StreamName[];

/** Streams whose durables must do again what they had not done. */
export const streamsWithDurables = ['EVENTS', 'DELIVERIES', 'LOG'] as const satisfies readonly StreamName[];

export const manifestFile = 'manifest.json';
