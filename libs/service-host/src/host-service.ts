import {
  accessSettings,
  brokerSettings,
  databaseSettings,
  graceSettings,
  listenSettings,
  readSettings,
  tracingSettings,
  type SettingsOf,
} from '@postel/config';
import { deriveCredentialKeys, type CodeOfError, type HealthCheck } from '@postel/http-api';
import {
  ConfigTables,
  connectBroker,
  ensureTopology,
  isBrokerUnavailable,
  KeepStreams,
  type Broker,
} from '@postel/jetstream';
import { leaveTraffic, listenFault, StartFault } from '@postel/process';
import type { Logger, Meters, Tracing } from '@postel/telemetry';
import { ConfigDirectory } from './config-directory.js';
import { closeApp, createApp } from './create-app.js';
import type { DatabaseHandle } from './database-handle.js';
import type { ServiceDefinition, ServiceParts, SettingGroups } from './service-definition.js';
import { whileLoading } from './while-loading.js';

export interface HostOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly meters: Meters;
  /** `null`: off. Of the process, which ends it. */
  readonly tracing: Tracing | null;
  /** It cannot go on, and works when it is started again: one line why. Told once. */
  readonly onBeyondRepair: (line: string) => void;
  /** The broker stores nothing in some stream; again and again, for as long as that lasts. */
  readonly onSilentStreams?: () => void;
  /** Parts of other services in this process, for the readiness of this one. */
  readonly moreHealth?: readonly HealthCheck[];
}

export interface RunningService {
  readonly name: string;
  /** `http://host:port` of its API. */
  readonly url: string;
  readonly health: readonly HealthCheck[];
  /** Not ready from now on; soon no new work; what is in work is finished and its outcome stored. */
  stop(): Promise<void>;
}

/** In-flight attempts last 30 s at most, and Kubernetes' patience ends at 30: the rest comes again elsewhere. */
const drainMs = 18_000;

/** Settings that every service has, beside its own. */
export function settingGroupsOf<Groups extends SettingGroups>(
  definition: Pick<ServiceDefinition<Groups>, 'ports' | 'usesDatabase' | 'answersRequests' | 'settings'>,
) {
  const { ports, usesDatabase, answersRequests, settings } = definition;
  return {
    ...settings,
    broker: brokerSettings,
    access: accessSettings,
    listen: listenSettings({ port: ports.api, metricsPort: ports.metrics }),
    tracing: tracingSettings,
    ...(usesDatabase ? { database: databaseSettings } : {}),
    ...(answersRequests ? { grace: graceSettings } : {}),
  };
}

/**
 * Starts one service in this process.
 * @throws {StartFault} one clear line for each thing that is wrong
 */
export async function hostService<Groups extends SettingGroups>(
  definition: ServiceDefinition<Groups>,
  options: HostOptions,
): Promise<RunningService> {
  const read = readSettings(options.env, settingGroupsOf(definition));
  if (!read.ok) throw new StartFault(read.faults);
  const settings = read.settings as HostSettings & SettingsOf<Groups>;
  const broker = await connectBroker({
    ...settings.broker,
    name: `postel-${definition.name}`,
    onForbidden: ({ operation, subject }) =>
      options.logger.error(
        { operation, subject },
        'NATS refuses this: the permissions of the user of NATS_CREDS lack it',
      ),
  });
  options.tracing?.messagingThrough(() => broker.nc.getServer());
  const stack: (() => Promise<void>)[] = [() => broker.close()];
  try {
    return await whileLoading(() => start(definition, settings, options, broker, stack));
  } catch (error) {
    await unwind(stack);
    throw error;
  }
}

interface HostSettings {
  readonly broker: SettingsOf<{ b: typeof brokerSettings }>['b'];
  readonly access: SettingsOf<{ a: typeof accessSettings }>['a'];
  readonly listen: SettingsOf<{ l: ReturnType<typeof listenSettings> }>['l'];
  readonly database?: SettingsOf<{ d: typeof databaseSettings }>['d'];
  readonly grace?: SettingsOf<{ g: typeof graceSettings }>['g'];
}

async function start<Groups extends SettingGroups>(
  definition: ServiceDefinition<Groups>,
  settings: HostSettings & SettingsOf<Groups>,
  { logger, meters, tracing, moreHealth, onBeyondRepair, onSilentStreams }: HostOptions,
  broker: Broker,
  stack: (() => Promise<void>)[],
): Promise<RunningService> {
  const { replicas } = settings.broker;
  const fewer = await ensureTopology(broker, { replicas });
  if (fewer.length > 0)
    logger.error(
      { streams: fewer, replicas },
      'streams have fewer copies than POSTEL_STREAM_REPLICAS, which counts when they are made: nats stream edit --replicas',
    );
  const database = settings.database
    ? await openHandle({ ...settings.database, service: definition.name, poolSize: 8 }, logger)
    : null;
  if (database) stack.push(() => database.close());
  const tables = new ConfigTables(
    broker,
    (error) => logger.warn({ err: error }, 'CONFIG is read again'),
    definition.config,
  );
  stack.push(() => tables.stop());
  let stopping = false;
  const parts: ServiceParts = {
    broker,
    tables,
    database: () => {
      if (!database) throw new Error(`${definition.name} declared no database`);
      return database.current();
    },
    tenantExists: (tenant) => tables.tenantExists(tenant),
    credentialKeys: deriveCredentialKeys(settings.access.jwtSecret),
    directory: new ConfigDirectory(tables),
    logger,
    meters,
    tracing,
    isStopping: () => stopping,
  };
  const assembly = definition.assemble(parts, settings);
  await tables.start();
  const streams = new KeepStreams({
    broker,
    tables,
    replicas,
    onTrouble: (line, names) => logger.error({ streams: names }, line),
    ...(onSilentStreams ? { onSilent: onSilentStreams } : {}),
    onOtherConfig: () => onBeyondRepair('CONFIG is another than before: it was made anew, or restored'),
  });
  streams.start();
  stack.push(() => Promise.resolve(streams.stop()));
  await assembly.start?.();
  stack.push(async () => assembly.stop?.());
  const lacking = () => [
    ...streams.down.map((name) => `stream ${name}`),
    ...broker.forbidden.lacking.map((what) => `permission to ${what}`),
  ];
  const checks: HealthCheck[] = [
    {
      part: 'nats',
      healthy: async () => lacking().length === 0 && !streams.isCutOff && broker.isAnswering(),
    },
    ...(database ? [{ part: 'database', healthy: () => database.healthy() }] : []),
    ...(assembly.health ?? []),
    ...(moreHealth ?? []),
  ];
  const health = () =>
    stopping
      ? [{ part: 'stopping', healthy: () => false }]
      : [...checks, ...lacking().map((part) => ({ part, healthy: () => false }))];
  const codeOf = codesOf(database);
  const isFrontDoor = definition.name === 'ingest';
  const app = await createApp(assembly, parts, {
    access: settings.access,
    health,
    codeOf,
    isFrontDoor,
    drainMs: drainMs - graceMsOf(settings),
  });
  // what is left to end can do without a broker or a database, and would wait for one that hangs
  stack.push(() => broker.closeUnlessAnswering());
  if (database) stack.push(() => database.abandonUnlessAnswering());
  stack.push(() => closeApp(app));
  await app.startAllMicroservices();
  const { host, port } = settings.listen;
  await app.listen(port, host).catch((error: unknown) => {
    throw listenFault(error, { host, port, variable: 'POSTEL_PORT' });
  });
  return {
    name: definition.name,
    url: await app.getUrl(),
    get health() {
      return health();
    },
    stop: async () => {
      stopping = true;
      assembly.drain?.();
      await leaveTraffic(app.getHttpServer(), graceMsOf(settings));
      await unwind(stack);
    },
  };
}

function graceMsOf({ grace }: HostSettings): number {
  return 1_000 * (grace?.seconds ?? 0);
}

/** TypeORM and pg are 15 MB of memory: a service without a database does not load them. */
async function openHandle(
  options: ConstructorParameters<typeof DatabaseHandle>[0],
  logger: Logger,
): Promise<DatabaseHandle> {
  const { DatabaseHandle } = await import('./database-handle.js');
  return new DatabaseHandle(options, logger);
}

function codesOf(database: DatabaseHandle | null): CodeOfError {
  return (error) => (isBrokerUnavailable(error) ? 'broker_unavailable' : (database?.codeOf(error) ?? null));
}

/** Last started, first stopped; what fails to stop does not keep the others from it. */
async function unwind(stack: (() => Promise<void>)[]): Promise<void> {
  for (let stop = stack.pop(); stop; stop = stack.pop()) await stop().catch(() => undefined);
}
