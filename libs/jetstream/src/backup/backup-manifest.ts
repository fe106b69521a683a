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
 * Each stream after those that tell of it: what LOG tells as done is in DELIVERIES or done, what these two speak of is in
 * EVENTS, and no event names a state of CONFIG that is not there. What was not yet done by LOG is still in DELIVERIES and
 * EVENTS behind the floors, which are taken before (ADR 36). IDEMPOTENCY promises what is in CONFIG.
 */
export const backupOrder = [
  'IDEMPOTENCY',
  'LOG',
  'DELIVERIES',
  'EVENTS',
  'CONFIG',
] as const satisfies readonly StreamName[];

/** Streams whose durables must do again what they had not done. */
export const streamsWithDurables = ['EVENTS', 'DELIVERIES', 'LOG'] as const satisfies readonly StreamName[];

export const manifestFile = 'manifest.json';
