import type { RetryPolicy } from '@postel/contracts';
import type { BatchingPublisher, Broker, ConfigTables, ConfigWriter } from '@postel/jetstream';
import type { TransformRunner } from '@postel/payload-versions';
import type { Logger, Meters } from '@postel/telemetry';
import type { FirstWords } from './accept-event/first-words.js';

/** What this service works with; made by the app. */
export interface IngestParts {
  readonly broker: Broker;
  readonly tables: ConfigTables;
  readonly writer: ConfigWriter;
  readonly events: BatchingPublisher;
  readonly firstWords: FirstWords;
  readonly transforms: Pick<TransformRunner, 'run'>;
  readonly masterKey: Uint8Array;
  readonly defaultRetry: RetryPolicy;
  readonly maxEventBytes: number;
  readonly addressRules: { readonly allowHttp: boolean; readonly allowCidrs: readonly string[] };
  readonly upstreams: { readonly metrics: string; readonly 'dead-letter': string };
  readonly version: string;
  readonly logger: Logger;
  readonly meters: Meters;
  readonly nowMs: () => number;
  readonly newId: (prefix: 'evt' | 'ep') => string;
  readonly randomBytes: (sizeBytes: number) => Uint8Array;
}

export const INGEST_PARTS = Symbol('IngestParts');
