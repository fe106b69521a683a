import type { RetryPolicy } from '@postel/contracts';
import type { ConsoleOptions, CredentialKeys, Directory } from '@postel/http-api';
import type { BatchingPublisher, Broker, ConfigTables, ConfigWriter } from '@postel/jetstream';
import type { KeyWrapper } from '@postel/signing';
import type { TransformRunner } from '@postel/payload-versions';
import type { Logger, Meters, Tracing } from '@postel/telemetry';
import type { FirstWords } from './accept-event/first-words.js';
import type { SourcesById } from './manage-sources/sources-by-id.js';
import type { EndpointVault } from './rotate-secret/endpoint-vault.js';

/** What this service works with; made by the app. */
export interface IngestParts {
  readonly broker: Broker;
  readonly tables: ConfigTables;
  readonly writer: ConfigWriter;
  readonly events: BatchingPublisher;
  readonly firstWords: FirstWords;
  readonly credentialKeys: CredentialKeys;
  readonly directory: Directory;
  readonly keyWrapper: KeyWrapper;
  readonly vault: EndpointVault;
  readonly sources: SourcesById;
  readonly transforms: Pick<TransformRunner, 'run'>;
  readonly defaultRetry: RetryPolicy;
  readonly maxEventBytes: number;
  readonly addressRules: { readonly allowHttp: boolean; readonly allowCidrs: readonly string[] };
  readonly console: ConsoleOptions;
  readonly upstreams: { readonly metrics: string; readonly 'dead-letter': string };
  readonly version: string;
  readonly logger: Logger;
  readonly meters: Meters;
  readonly tracing: Tracing | null;
  readonly nowMs: () => number;
  readonly newId: (prefix: 'evt' | 'ep' | 'key' | 'job' | 'src') => string;
  readonly randomBytes: (sizeBytes: number) => Uint8Array;
}

export const INGEST_PARTS = Symbol('IngestParts');
