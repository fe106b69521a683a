import {
  accessSettings,
  addressSettings,
  alertSettings,
  brokerSettings,
  consoleSettings,
  databaseSettings,
  eventSettings,
  graceSettings,
  listenSettings,
  partitionSettings,
  retentionSettings,
  retrySettings,
  secretSettings,
  tracingSettings,
  upstreamSettings,
  type SettingGroup,
} from '@postel/config';

export const serviceNames = ['ingest', 'dispatcher', 'deliverer', 'dead-letter', 'metrics'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What is no service, and has settings and ports like one: it serves the console's files. */
export const consoleServer = 'console';
export type SettingsReader = ServiceName | typeof consoleServer;
export const settingsReaders: readonly SettingsReader[] = [...serviceNames, consoleServer];

export interface ServicePorts {
  readonly api: number;
  readonly metrics: number;
}

/** As the services declare them; a test holds this to their source, which a tool may not import. */
export const servicePorts: Readonly<Record<SettingsReader, ServicePorts>> = {
  ingest: { api: 8080, metrics: 9464 },
  dispatcher: { api: 8081, metrics: 9465 },
  deliverer: { api: 8082, metrics: 9466 },
  'dead-letter': { api: 8083, metrics: 9467 },
  metrics: { api: 8084, metrics: 9468 },
  console: { api: 8085, metrics: 9469 },
};

export interface DocumentedGroup {
  readonly settings: SettingGroup;
  /** The name under which a service declares the group; `null` for what every service has. */
  readonly declaredAs: string | null;
  readonly services: readonly SettingsReader[];
  /** Where it is not in the table of Postel’s own. */
  readonly table?: 'tracing';
}

/** Every group of settings and who reads it; the same test holds it to the services. */
export const settingGroups: readonly DocumentedGroup[] = [
  { settings: brokerSettings, declaredAs: null, services: serviceNames },
  {
    settings: databaseSettings,
    declaredAs: 'usesDatabase: true',
    services: ['deliverer', 'dead-letter', 'metrics'],
  },
  { settings: accessSettings, declaredAs: null, services: serviceNames },
  { settings: secretSettings, declaredAs: 'secretSettings', services: ['ingest', 'deliverer'] },
  { settings: addressSettings, declaredAs: 'addressSettings', services: ['ingest', 'deliverer'] },
  { settings: retrySettings, declaredAs: 'retrySettings', services: ['ingest', 'deliverer'] },
  { settings: alertSettings, declaredAs: 'alertSettings', services: ['dead-letter'] },
  { settings: eventSettings, declaredAs: 'eventSettings', services: ['ingest', 'dispatcher'] },
  {
    settings: partitionSettings,
    declaredAs: 'partitionSettings',
    services: ['dispatcher', 'deliverer', 'metrics'],
  },
  {
    settings: retentionSettings,
    declaredAs: 'retentionSettings',
    services: ['metrics'],
  },
  {
    settings: graceSettings,
    declaredAs: 'answersRequests: true',
    services: ['ingest', 'dead-letter', 'metrics', 'console'],
  },
  { settings: consoleSettings, declaredAs: 'consoleSettings', services: ['ingest', 'console'] },
  { settings: upstreamSettings, declaredAs: 'upstreamSettings', services: ['ingest'] },
  {
    settings: listenSettings({ port: 0, metricsPort: 0 }),
    declaredAs: null,
    services: settingsReaders,
  },
  { settings: tracingSettings, declaredAs: null, services: serviceNames, table: 'tracing' },
];
