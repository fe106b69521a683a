import { readSettings, tracingSettings } from '@postel/config';
import { postelVersion } from '@postel/contracts';
import { deadLetterService } from '@postel/dead-letter-app';
import { delivererService } from '@postel/deliverer-app';
import { dispatcherService } from '@postel/dispatcher-app';
import { readinessOf, type HealthCheck } from '@postel/http-api';
import { ingestService } from '@postel/ingest-app';
import { metricsService } from '@postel/metrics-app';
import {
  hostService,
  settingGroupsOf,
  startOperationsServer,
  StartFault,
  type RunningService,
  type ServiceDefinition,
  type SettingGroups,
} from '@postel/service-host';
import {
  createLogger,
  createMeters,
  startTracing,
  type LogLevels,
  type Meters,
  type Tracing,
} from '@postel/telemetry';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbedded } from './embedded.js';
import { keepPorts } from './keep-ports.js';
import { keptSecrets, type KeptSecrets } from './kept-secrets.js';
import { readAllInOneSettings, withDefaultsOfNpmStart, type AllInOneSettings } from './settings.js';

export interface AllInOne {
  readonly apiUrl: string;
  readonly natsUrl: string;
  readonly adminToken: string;
  /** Whether the console is served at the API's address. */
  readonly hasConsole: boolean;
  readonly logFile: string;
  stop(): Promise<void>;
}

export interface AllInOneOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onProgress: (line: string) => void;
  readonly onNotice: (line: string) => void;
  /** It cannot go on, and works when it is started again: one line why. */
  readonly onBeyondRepair: (line: string) => void;
}

interface SharedHost {
  readonly onSilentStreams: () => void;
  readonly logFile: string;
  readonly logLevel: string;
  readonly logLevels: LogLevels;
  readonly meters: Meters;
  readonly tracing: Tracing | null;
  readonly onBeyondRepair: (line: string) => void;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The five services in one process, with the servers they need.
 * @throws {StartupError | StartFault} clear lines; nothing stays behind
 */
export async function startAllInOne({
  env,
  onProgress,
  onNotice,
  onBeyondRepair,
}: AllInOneOptions): Promise<AllInOne> {
  const settings = readAllSettings(env);
  const { dataDir } = settings;
  const stack: (() => Promise<void>)[] = [];
  const stop = () => unwind(stack);
  try {
    const embedded = await startEmbedded({
      dataDir,
      env,
      ports: { nats: settings.natsPort, postgres: settings.postgresPort },
      onProgress,
      onNotice,
    });
    stack.push(() => embedded.stop());
    const secrets = keptSecrets(dataDir, env);
    const logFile = join(dataDir, 'logs', 'postel.log');
    const { logLevel, logLevels } = settings;
    const tracing = await traceAll(env, logFile, logLevel);
    stack.push(async () => tracing?.stop());
    const host: SharedHost = {
      ...{ logFile, logLevel, logLevels, tracing, onBeyondRepair },
      onSilentStreams: () => embedded.restartSilentBroker(),
      meters: createMeters(),
    };
    onProgress('starting the five services');
    const shared = sharedEnv(env, secrets, embedded);
    const services = await startServices(shared, settings, host, stack);
    const operations = await startOperationsServer({
      host: settings.host,
      port: settings.metricsPort,
      meters: host.meters,
      health: () => services.flatMap((service) => service.health),
    });
    stack.push(() => operations.stop());
    const ingest = services[services.length - 1] as RunningService;
    await untilReady(services);
    keepPorts(dataDir, {
      apiUrl: ingest.url,
      natsUrl: env['NATS_URL'] ? null : embedded.natsUrl,
      databaseUrl: env['DATABASE_URL'] ? null : embedded.databaseUrl,
    });
    return {
      apiUrl: ingest.url,
      natsUrl: embedded.natsUrl,
      adminToken: secrets.POSTEL_ADMIN_TOKEN,
      hasConsole: Boolean(env['POSTEL_CONSOLE_DIR']),
      logFile,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Last started, first stopped. A service that does not stop in time does not keep the embedded servers, which are the
 * last, from being stopped: they would outlive this process.
 */
async function unwind(stack: (() => Promise<void>)[]): Promise<void> {
  const patience = new AbortController();
  const late = delay(20_000, undefined, { signal: patience.signal }).catch(() => undefined);
  for (let next = stack.pop(); next; next = stack.pop()) {
    const stopped = next().catch(() => undefined);
    await (stack.length === 0 ? stopped : Promise.race([stopped, late]));
  }
  patience.abort();
}

/** Every fault of every service together, before anything is started. @throws {StartFault} */
function readAllSettings(env: Env): AllInOneSettings {
  const own = readAllInOneSettings(env);
  const filledIn = {
    POSTEL_ADMIN_TOKEN: 'made-by-npm-start',
    POSTEL_ENCRYPTION_KEY: '0'.repeat(64),
    POSTEL_JWT_SECRET: '0'.repeat(64),
    NATS_URL: 'embedded',
    DATABASE_URL: 'postgres://embedded/postel',
    ...Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== '')),
  };
  const services: readonly Pick<
    ServiceDefinition,
    'ports' | 'usesDatabase' | 'answersRequests' | 'settings'
  >[] = [ingestService, dispatcherService, delivererService, deadLetterService, metricsService];
  const faults = services.flatMap((service) => {
    const read = readSettings(filledIn, settingGroupsOf(service));
    return read.ok ? [] : read.faults;
  });
  // a variable that several services read is told once
  const all = [
    ...new Map(
      [...faults, ...(own.ok ? [] : own.faults)].map((line) => [line.split(':', 1)[0], line]),
    ).values(),
  ];
  if (!own.ok || all.length > 0) throw new StartFault(all);
  return own.settings.all;
}

function sharedEnv(env: Env, secrets: KeptSecrets, embedded: { natsUrl: string; databaseUrl: string }): Env {
  return {
    ...withDefaultsOfNpmStart(env),
    ...secrets,
    NATS_URL: embedded.natsUrl,
    DATABASE_URL: embedded.databaseUrl,
  };
}

/** One process, one name of it; what a span is of says the span. */
async function traceAll(env: Env, logFile: string, logLevel: string): Promise<Tracing | null> {
  const read = readSettings(env, { tracing: tracingSettings });
  if (!read.ok) throw new StartFault(read.faults);
  return startTracing(read.settings.tracing, {
    serviceName: 'postel',
    version: postelVersion,
    logger: createLogger('tracing', logLevel, { file: logFile }),
    nowMs: () => Date.now(),
  });
}

/** ingest last: when the public door opens, all behind it is there. */
async function startServices(
  env: Env,
  settings: AllInOneSettings,
  host: SharedHost,
  stack: (() => Promise<void>)[],
): Promise<RunningService[]> {
  const inside = { ...env, POSTEL_HOST: '127.0.0.1', POSTEL_PORT: '0' };
  const { meters, tracing, logFile, logLevel, logLevels, onBeyondRepair, onSilentStreams } = host;
  const run = async <Groups extends SettingGroups>(
    definition: ServiceDefinition<Groups>,
    serviceEnv: Env,
    moreHealth: readonly HealthCheck[] = [],
  ) => {
    const logger = createLogger(definition.name, logLevel, { file: logFile, levels: logLevels });
    const options = { env: serviceEnv, logger, meters, tracing, moreHealth, onBeyondRepair, onSilentStreams };
    const service = await hostService(definition, options);
    stack.push(() => service.stop());
    return service;
  };
  const metrics = await run(metricsService, inside);
  const deadLetter = await run(deadLetterService, inside);
  const deliverer = await run(delivererService, inside);
  const dispatcher = await run(dispatcherService, inside);
  const outside = {
    ...env,
    POSTEL_HOST: settings.host,
    POSTEL_PORT: String(settings.port),
    POSTEL_METRICS_URL: metrics.url,
    POSTEL_DEAD_LETTER_URL: deadLetter.url,
  };
  const ingest = await run(ingestService, outside, metrics.health);
  return [metrics, deadLetter, deliverer, dispatcher, ingest];
}

/** The database may take a moment to migrate; who is told that Postel is ready can read what it writes. */
async function untilReady(services: readonly RunningService[]): Promise<void> {
  const deadlineMs = Date.now() + 60_000;
  for (;;) {
    const { ready, parts } = await readinessOf(services.flatMap((service) => service.health));
    if (ready) return;
    if (Date.now() > deadlineMs) {
      const unwell = Object.entries(parts).filter(([, state]) => state !== 'ok');
      throw new StartFault([
        `not ready after 60 s: ${unwell.map(([part, state]) => `${part} ${state}`).join(', ')} (see the log)`,
      ]);
    }
    await delay(50);
  }
}
