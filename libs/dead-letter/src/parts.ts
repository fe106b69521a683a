import type { BatchingPublisher, Broker, ConfigTables, ConfigWriter } from '@postel/jetstream';
import type { Database } from '@postel/postgres';
import type { Logger, Meters } from '@postel/telemetry';

/** What this service works with; made by the app. */
export interface DeadLetterParts {
  readonly broker: Broker;
  readonly tables: ConfigTables;
  readonly writer: ConfigWriter;
  readonly log: BatchingPublisher;
  /** @throws while the database was never reached */
  readonly database: () => Database;
  readonly logger: Logger;
  readonly meters: Meters;
  readonly nowMs: () => number;
}

export const DEAD_LETTER_PARTS = Symbol('DeadLetterParts');
