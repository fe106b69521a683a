import type { DynamicModule } from '@nestjs/common';
import type { SettingGroup, SettingsOf } from '@postel/config';
import type { ApiKeyState } from '@postel/contracts';
import type { CredentialKeys, Directory, HealthCheck } from '@postel/http-api';
import type { Broker, ConfigNeeds, ConfigTables, Subscription } from '@postel/jetstream';
import type { Database } from '@postel/postgres';
import type { Logger, Meters, Tracing } from '@postel/telemetry';
import type { FastifyInstance } from 'fastify';

export type SettingGroups = Readonly<Record<string, SettingGroup>>;

/** What every service is given. */
export interface ServiceParts {
  readonly broker: Broker;
  /** Loaded and following before {@link Assembly.start} is called; register listeners while assembling. */
  readonly tables: ConfigTables;
  /** @throws while the database was never reached, or when the service declared none */
  readonly database: () => Database;
  readonly tenantExists: (tenant: string) => boolean;
  /** For services that make credentials; the guard has them already. */
  readonly credentialKeys: CredentialKeys;
  readonly directory: Directory;
  readonly logger: Logger;
  readonly meters: Meters;
  /** `null`: off. */
  readonly tracing: Tracing | null;
  /** True from the first signal to stop. */
  readonly isStopping: () => boolean;
}

/** A service put together, not yet running. */
export interface Assembly {
  readonly module: DynamicModule;
  readonly subscriptions: readonly Subscription[];
  /** Routes of its own on fastify, behind the same guard as all. */
  readonly routes?: (fastify: FastifyInstance) => void;
  readonly health?: readonly HealthCheck[];
  /** An API key was taken by the guard. */
  readonly onKeyUse?: (key: ApiKeyState) => void;
  readonly start?: () => void | Promise<void>;
  /** At the first signal to stop: what is only queued goes to others. */
  readonly drain?: () => void;
  /** After the consumers have drained. */
  readonly stop?: () => Promise<void>;
}

export interface ServiceDefinition<Groups extends SettingGroups = SettingGroups> {
  readonly name: 'ingest' | 'dispatcher' | 'deliverer' | 'dead-letter' | 'metrics';
  readonly ports: { readonly api: number; readonly metrics: number };
  readonly usesDatabase: boolean;
  /** Others than its operators send it requests: it leaves them time to go elsewhere before it stops. */
  readonly answersRequests?: boolean;
  /** As a process of its own it leaves the CPU to those that deliver: tables may lag, deliveries should not. */
  readonly yields?: boolean;
  /** What of CONFIG it holds in memory (everything). */
  readonly config?: ConfigNeeds;
  /** Beyond those that every service has. */
  readonly settings: Groups;
  readonly assemble: (parts: ServiceParts, settings: SettingsOf<Groups>) => Assembly;
}

/** Keeps a definition's own settings typed where services are handled alike. */
export function defineService<Groups extends SettingGroups>(
  definition: ServiceDefinition<Groups>,
): ServiceDefinition<Groups> {
  return definition;
}
