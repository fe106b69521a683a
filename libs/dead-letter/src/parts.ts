import type { AlertThresholds } from '@postel/contracts';
import type { BatchingPublisher, Broker, ConfigTables, ConfigWriter } from '@postel/jetstream';
import type { Database } from '@postel/postgres';
import type { Failpoints, Logger, Meters, Tracing } from '@postel/telemetry';

/** What this service works with; made by the app. */
export interface DeadLetterParts {
  readonly broker: Broker;
  readonly tables: ConfigTables;
  readonly writer: ConfigWriter;
  readonly log: BatchingPublisher;
  readonly events: BatchingPublisher;
  /** The fleet's. */
  readonly alertThresholds: AlertThresholds;
  /** @throws while the database was never reached */
  readonly database: () => Database;
  readonly newId: (prefix: 'job') => string;
  /** Dead letters that one request redrives; the others go on as a job. */
  readonly redrivenAtOnce: number;
  readonly failpoints: Failpoints;
  readonly logger: Logger;
  readonly meters: Meters;
  readonly tracing: Tracing | null;
  readonly nowMs: () => number;
}

export const DEAD_LETTER_PARTS = Symbol('DeadLetterParts');
