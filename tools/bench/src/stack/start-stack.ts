import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePort, locateNatsServer, startNatsServer, startPostgres } from '@postel/embedded-servers';
import type { Machine } from '../report.js';
import { DiesWithUs } from './dies-with-us.js';
import { describeMachine } from './machine.js';
import { repositoryRoot } from './repository-root.js';
import { ServiceProcess } from './service-process.js';

export interface Stack {
  readonly machine: Machine;
  readonly natsUrl: string;
  readonly http: { readonly port: number; readonly token: string };
  /** Our own programs. */
  readonly services: readonly ServiceProcess[];
  /** All processes that work for a delivery on our side, by name. */
  readonly pids: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

export interface StackOptions {
  readonly processes: boolean;
  readonly withProfiler: boolean;
}

/** Everything that Postel is, on real servers that fsync, in a directory of its own on the repository's disk. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stack: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (let next = stack.pop(); next; next = stack.pop()) await next();
  };
  try {
    return { ...(await start(options, stack)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  { processes, withProfiler }: StackOptions,
  stack: (() => Promise<void> | void)[],
): Promise<Omit<Stack, 'stop'>> {
  const watch = new DiesWithUs();
  stack.push(() => watch.callOff());
  const dataDir = makeDataDir();
  watch.directory(dataDir);
  stack.push(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 }));

  const cacheDir = join(process.env['POSTEL_DATA_DIR'] ?? join(repositoryRoot, '.postel'), 'cache');
  const binary = await locateNatsServer({ cacheDir });
  const nats = await startNatsServer({ binary: binary.path, dataDir: join(dataDir, 'nats'), port: 0 });
  stack.push(() => nats.stop());
  watch.process(nats.pid);
  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), port: 0, durable: true });
  stack.push(async () => {
    const elsewhere = directoryOutside(dataDir, postgres.pid);
    await postgres.stop();
    if (elsewhere) rmSync(elsewhere, { recursive: true, force: true, maxRetries: 3 });
  });
  watch.process(postgres.pid);

  const token = `pat_${randomBytes(24).toString('base64url')}`;
  const shared = {
    NATS_URL: nats.url,
    DATABASE_URL: postgres.url,
    POSTEL_DATA_DIR: join(dataDir, 'postel'),
    POSTEL_ADMIN_TOKEN: token,
    POSTEL_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    POSTEL_JWT_SECRET: randomBytes(32).toString('base64'),
    POSTEL_ALLOW_CIDRS: '127.0.0.0/8',
    POSTEL_ALLOW_HTTP: 'true',
    POSTEL_HOST: '127.0.0.1',
  };
  const services: ServiceProcess[] = [];
  const run = async (app: string, env: Readonly<Record<string, string>> = {}): Promise<number> => {
    const [port, metricsPort] = [await freePort(), await freePort()];
    const service = ServiceProcess.spawn({
      app,
      env: { ...shared, POSTEL_PORT: String(port), POSTEL_METRICS_PORT: String(metricsPort), ...env },
      readyUrl: `http://127.0.0.1:${metricsPort}/readyz`,
      logFile: join(dataDir, `${app}.log`),
      withProfiler,
    });
    services.push(service);
    stack.push(() => service.stop());
    watch.process(service.pid);
    await service.untilReady();
    return port;
  };
  const port = processes ? await runServices(run) : await run('all-in-one');
  return {
    machine: describeMachine(binary.version, postgres.pid),
    natsUrl: nats.url,
    http: { port, token },
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

function makeDataDir(): string {
  const parent = join(repositoryRoot, '.postel');
  mkdirSync(parent, { recursive: true });
  const path = mkdtempSync(join(parent, 'bench-'));
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
