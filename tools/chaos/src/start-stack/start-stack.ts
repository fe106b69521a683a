import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePorts, locateNatsServer, startPostgres } from '@postel/embedded-servers';
import { CleanUpAfterUs } from '@postel/testing';
import { BrokerDisk, type DiskKind } from './broker-disk.js';
import { serviceNames, type Disturbance, type ServiceName } from './disturbance.js';
import { repositoryRoot } from './repository-root.js';
import { RestartableServer } from './restartable-server.js';
import { brokerDir, startBrokers } from './start-brokers.js';
import { SupervisedService } from './supervised-service.js';
import { Wires } from './wires.js';

/** What a fault is played on. */
export interface StackShape {
  readonly brokers: 1 | 3;
  readonly deliverers: 1 | 2 | 3;
  /** Of each other service; one where it is absent. */
  readonly others?: 1 | 2;
  readonly disk: DiskKind;
  /** What can be cut: the routes between brokers, or the ways of the services to them. */
  readonly wires?: 'routes' | 'clients';
  readonly failpoints?:
    { readonly service: ServiceName; readonly text: string; readonly starts: number } | undefined;
}

export interface Stack {
  readonly dataDir: string;
  readonly api: { readonly url: string; readonly token: string };
  readonly natsUrls: readonly string[];
  readonly brokers: readonly RestartableServer[];
  readonly postgres: RestartableServer;
  readonly services: readonly SupervisedService[];
  /** `null` unless the shape wants one. */
  readonly disk: BrokerDisk | null;
  readonly wires: Wires;
  disturbances(): readonly Disturbance[];
  untilReady(timeoutMs: number): Promise<void>;
  stop(): Promise<void>;
}

type Undo = () => Promise<void> | void;

/**
 * The five services as processes of their own, on servers that fsync, in a directory of its own on the repository's
 * disk. Nothing of it outlives this process.
 */
export async function startStack(shape: StackShape): Promise<Stack> {
  const undo: Undo[] = [];
  const stop = async (): Promise<void> => {
    for (let next = undo.pop(); next; next = undo.pop()) await next();
  };
  try {
    return { ...(await start(shape, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(shape: StackShape, undo: Undo[]): Promise<Omit<Stack, 'stop'>> {
  const watch = new CleanUpAfterUs();
  undo.push(() => watch.callOff());
  const dataDir = makeDataDir();
  watch.directory(dataDir);
  undo.push(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 }));
  const disk =
    shape.disk === 'plain'
      ? null
      : await BrokerDisk.mount(shape.disk, join(brokerDir(dataDir, 0), 'store'), watch);
  if (disk) undo.push(() => disk.unmount());

  const wires = new Wires();
  undo.push(() => wires.close());
  const cacheDir = join(process.env['POSTEL_DATA_DIR'] ?? join(repositoryRoot, '.postel'), 'cache');
  const { path: binary } = await locateNatsServer({ cacheDir });
  const [brokers, postgres] = await Promise.all([
    startBrokers({
      count: shape.brokers,
      binary,
      dataDir,
      watch,
      routes: shape.wires === 'routes' ? wires : undefined,
    }).then((started) => {
      undo.push(async () => void (await Promise.all(started.map((broker) => broker.end()))));
      return started;
    }),
    startDatabase(dataDir, watch, undo),
  ]);
  const { services, api } = await startServices(shape, { brokers, postgres, wires, dataDir, watch, undo });
  return {
    dataDir,
    api,
    natsUrls: brokers.map(({ url }) => url),
    brokers,
    postgres,
    services,
    disk,
    wires,
    disturbances: () => [...brokers, postgres, ...services].flatMap(({ disturbances }) => disturbances),
    untilReady: async (timeoutMs) =>
      void (await Promise.all(services.map((service) => service.untilReady(timeoutMs)))),
  };
}

async function startDatabase(
  dataDir: string,
  watch: CleanUpAfterUs,
  undo: Undo[],
): Promise<RestartableServer> {
  const directory = join(dataDir, 'postgres');
  const [port = 0] = await freePorts(1);
  const postgres = await RestartableServer.start({
    what: 'postgres',
    process: 'postgres',
    watch,
    start: () =>
      startPostgres({ dataDir: directory, port, durable: true, settings: { max_connections: '200' } }),
  });
  const elsewhere = directoryOutside(dataDir, postgres.pid);
  if (elsewhere) watch.directory(elsewhere);
  undo.push(async () => {
    await postgres.end();
    if (elsewhere) rmSync(elsewhere, { recursive: true, force: true, maxRetries: 3 });
  });
  return postgres;
}

interface Surroundings {
  readonly brokers: readonly RestartableServer[];
  readonly postgres: RestartableServer;
  readonly wires: Wires;
  readonly dataDir: string;
  readonly watch: CleanUpAfterUs;
  readonly undo: Undo[];
}

async function startServices(shape: StackShape, around: Surroundings) {
  const { brokers, postgres, wires, dataDir, watch, undo } = around;
  const token = `pat_${randomBytes(24).toString('base64url')}`;
  const ports = new Map<string, { readonly api: number; readonly metrics: number }>();
  const names = serviceNames.flatMap((app) =>
    Array.from({ length: app === 'deliverer' ? shape.deliverers : (shape.others ?? 1) }, (_, index) => ({
      app,
      index,
    })),
  );
  const nameOf = (app: ServiceName, index: number) =>
    app === 'deliverer' || index > 0 ? `${app}-${index + 1}` : app;
  for (const { app, index } of names) {
    const [api = 0, metrics = 0] = await freePorts(2);
    ports.set(nameOf(app, index), { api, metrics });
  }
  const urlOf = (app: ServiceName) => `http://127.0.0.1:${ports.get(app)?.api ?? 0}`;
  const shared = {
    DATABASE_URL: postgres.url,
    POSTEL_STREAM_REPLICAS: String(shape.brokers),
    POSTEL_ADMIN_TOKEN: token,
    POSTEL_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    POSTEL_JWT_SECRET: randomBytes(32).toString('base64'),
    POSTEL_ALLOW_CIDRS: '127.0.0.0/8',
    POSTEL_ALLOW_HTTP: 'true',
    POSTEL_STOP_GRACE_SECONDS: '0',
    POSTEL_HOST: '127.0.0.1',
    POSTEL_LOG_LEVEL: 'warn',
    // at high rates the doomed come back from a backlog together, more than a hundred in a row: nothing is disabled for it
    POSTEL_ALERTS: JSON.stringify({ warn: { deadLetters: 10, windowSeconds: 3_600 }, disable: null }),
    POSTEL_METRICS_URL: urlOf('metrics'),
    POSTEL_DEAD_LETTER_URL: urlOf('dead-letter'),
  };
  const natsUrlOf = async (service: string): Promise<string> => {
    const urls = brokers.map(async ({ name, url }) =>
      shape.wires === 'clients'
        ? `nats://127.0.0.1:${await wires.lay(service, name, Number(new URL(url).port))}`
        : url,
    );
    return (await Promise.all(urls)).join(',');
  };
  const created = names.map(async ({ app, index }) => {
    const name = nameOf(app, index);
    const { api = 0, metrics = 0 } = ports.get(name) ?? {};
    const NATS_URL = await natsUrlOf(name);
    return new SupervisedService({
      app,
      name,
      env: { ...shared, NATS_URL, POSTEL_PORT: String(api), POSTEL_METRICS_PORT: String(metrics) },
      readyUrl: `http://127.0.0.1:${metrics}/readyz`,
      logFile: join(dataDir, `${name}.log`),
      watch,
      failpoints: shape.failpoints?.service === app ? shape.failpoints : undefined,
    });
  });
  const services = await Promise.all(created);
  undo.push(async () => void (await Promise.all(services.map((service) => service.stop()))));
  // the first deliverer owns all partitions: whoever kills it kills one with work
  const later = services.filter(({ name }) => /-[23]$/.test(name));
  const first = services.filter((service) => !later.includes(service));
  for (const group of [first, later]) {
    for (const service of group) service.start();
    await Promise.all(group.map((service) => service.untilReady(60_000)));
  }
  return { services, api: { url: urlOf('ingest'), token } };
}

function makeDataDir(): string {
  const parent = join(repositoryRoot, '.postel');
  mkdirSync(parent, { recursive: true });
  const path = mkdtempSync(join(parent, 'chaos-'));
  chmodSync(path, 0o711); // where root runs it, PostgreSQL's account has to get through
  return path;
}

/** Root's PostgreSQL keeps its files elsewhere when its account cannot enter the repository: those go too. */
function directoryOutside(dataDir: string, postgresPid: number): string | null {
  try {
    const place = dirname(readlinkSync(`/proc/${postgresPid}/cwd`));
    return place.startsWith(dataDir) ? null : place;
  } catch {
    return null; // no /proc on this system
  }
}
