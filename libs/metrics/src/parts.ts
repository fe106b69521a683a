import type { Broker, ConfigTables, ConfigWriter, FactLog } from '@postel/jetstream';
import type { DeclaredVersions } from '@postel/payload-versions';
import type { Database } from '@postel/postgres';
import type { Logger, Meters, Tracing } from '@postel/telemetry';
import type { LiveAnswers } from './live/live-answers.js';

/** What this service works with; made by the app. */
export interface MetricsParts {
  readonly broker: Broker;
  readonly tables: ConfigTables;
  readonly writer: ConfigWriter;
  /** @throws while the database was never reached */
  readonly database: () => Database;
  readonly tenantExists: (tenant: string) => boolean;
  readonly partitions: number;
  readonly log: Pick<FactLog, 'append'>;
  readonly newId: (prefix: 'dlv' | 'job') => string;
  readonly versions: Pick<DeclaredVersions, 'bodyOf'>;
  /** It ends them when the process stops. */
  readonly live: LiveAnswers;
  readonly logger: Logger;
  readonly meters: Meters;
  readonly tracing: Tracing | null;
  readonly nowMs: () => number;
}

export const METRICS_PARTS = Symbol('MetricsParts');
