import { join } from 'node:path';
import { freePort, locateNatsServer, startNatsServer, startPostgres } from '@postel/embedded-servers';
import { CleanUpAfterUs } from '@postel/testing';
import type { Machine } from '../report.js';
import { describeMachine } from './machine.js';
import { repositoryRoot } from './repository-root.js';
import { runProgram } from './run-program.js';
import { ServiceProcess } from './service-process.js';
import { StackPlace } from './stack-place.js';

/** Everything that Postel is; after a restart at other ports, so ask anew. */
export interface Stack {
  readonly machine: Machine;
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly http: { readonly port: number; readonly token: string };
  /** That seals the endpoints' secrets. */
  readonly masterKey: Buffer;
  /** Our own programs. */
  readonly services: readonly ServiceProcess[];
  /** All processes that work for a delivery on our side, by name. */
  readonly pids: ReadonlyMap<string, number>;
  /** One more process of a service, stopped with the others; resolves when it is ready. */
  startAnother(app: string): Promise<ServiceProcess>;
  /** Runs a program of an app to its end. @returns what it said */
  runProgram(app: string, program: string): Promise<string>;
  /** Stops everything in good order, services first, and starts it again on the same data. @param env beside what is set */
  restart(env?: Env): Promise<void>;
  stop(): Promise<void>;
}

export interface StackOptions {
  readonly processes: boolean;
  readonly withProfiler: boolean;
}

type Env = Readonly<Record<string, string>>;
type Running = Omit<Stack, 'restart' | 'masterKey'>;

/** On real servers that fsync, in a directory of its own. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const place = new StackPlace();
  let running: Running;
  let restarting = Promise.resolve();
  try {
    running = await startIn(place, options);
  } catch (error) {
    place.remove();
    throw error;
  }
  return {
    get machine() {
      return running.machine;
    },
    get natsUrl() {
      return running.natsUrl;
    },
    get databaseUrl() {
      return running.databaseUrl;
    },
    get http() {
      return running.http;
    },
    masterKey: place.masterKey,
    get services() {
      return running.services;
    },
    get pids() {
      return running.pids;
    },
    startAnother: (app) => running.startAnother(app),
    runProgram: (app, program) => running.runProgram(app, program),
    restart: (env = {}) => {
      const restart = async () => {
        await running.stop();
        running = await startIn(place, options, env);
      };
      return (restarting = restart());
    },
    stop: async () => {
      await restarting.catch(() => undefined); // whoever asked for it was told
      await running.stop();
      place.remove();
    },
  };
}

async function startIn(place: StackPlace, options: StackOptions, env: Env = {}): Promise<Running> {
  const stack: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (let next = stack.pop(); next; next = stack.pop()) await next();
  };
  try {
    return { ...(await start(place, options, stack, env)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  place: StackPlace,
  { processes, withProfiler }: StackOptions,
  stack: (() => Promise<void> | void)[],
  more: Env,
): Promise<Omit<Running, 'stop'>> {
  const { dataDir, env: shared, token } = place;
  const watch = new CleanUpAfterUs();
  stack.push(() => watch.callOff());
  watch.directory(dataDir);

  const cacheDir = join(process.env['POSTEL_DATA_DIR'] ?? join(repositoryRoot, '.postel'), 'cache');
  const binary = await locateNatsServer({ cacheDir });
  const nats = await startNatsServer({ binary: binary.path, dataDir: join(dataDir, 'nats'), port: 0 });
  stack.push(() => nats.stop());
  watch.process(nats.pid);
  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), port: 0, durable: true });
  stack.push(() => postgres.stop());
  watch.process(postgres.pid);
  place.notePostgres(postgres.pid);

  const servers = { ...shared, ...more, NATS_URL: nats.url, DATABASE_URL: postgres.url };
  const services: ServiceProcess[] = [];
  const spawn = async (app: string, env: Env = {}): Promise<ServiceProcess> => {
    const [port, metricsPort] = [await freePort(), await freePort()];
    const service = ServiceProcess.spawn({
      app,
      port,
      env: {
        ...servers,
        POSTEL_PORT: String(port),
        POSTEL_METRICS_PORT: String(metricsPort),
        ...env,
      },
      readyUrl: `http://127.0.0.1:${metricsPort}/readyz`,
      logFile: join(dataDir, `${app}.log`),
      withProfiler,
    });
    stack.push(() => service.stop());
    watch.process(service.pid);
    await service.untilReady();
    return service;
  };
  const run = async (app: string, env?: Env): Promise<number> => {
    const service = await spawn(app, env);
    services.push(service);
    return service.port;
  };
  const port = processes ? await runServices(run) : await run('all-in-one');
  return {
    machine: describeMachine(binary.version, postgres.pid),
    natsUrl: nats.url,
    databaseUrl: postgres.url,
    http: { port, token },
    startAnother: (app) => spawn(app),
    runProgram: (app, program) => runProgram(app, program, servers),
    services,
    pids: new Map([
      ...services.map(({ name, pid }) => [name, pid] as const),
      ['nats-server', nats.pid],
      ['postgres', postgres.pid],
    ]),
  };
}

/** ingest last, as the all-in-one does it; @returns its port */
async function runServices(
  run: (app: string, env?: Readonly<Record<string, string>>) => Promise<number>,
): Promise<number> {
  const metricsPort = await run('metrics');
  const deadLetterPort = await run('dead-letter');
  await run('deliverer');
  await run('dispatcher');
  return run('ingest', {
    POSTEL_METRICS_URL: `http://127.0.0.1:${metricsPort}`,
    POSTEL_DEAD_LETTER_URL: `http://127.0.0.1:${deadLetterPort}`,
  });
}
