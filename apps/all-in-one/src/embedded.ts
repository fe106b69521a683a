import {
  ensureWritableDirectory,
  locateNatsServer,
  startNatsServer,
  startPostgres,
  supervise,
  type SupervisedServer,
} from '@postel/embedded-servers';
import { join } from 'node:path';

export interface Embedded {
  readonly natsUrl: string;
  readonly databaseUrl: string;
  /** Our nats-server stores nothing: it is restarted, but for soon after the last time. One of others is theirs. */
  restartSilentBroker(): void;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ports: { readonly nats: number; readonly postgres: number };
  readonly onProgress: (line: string) => void;
  /** A server died and is brought back, and the like. */
  readonly onNotice: (line: string) => void;
}

/**
 * Starts what the environment does not name: nats-server unless there is a NATS_URL, PostgreSQL unless there is a
 * DATABASE_URL. Each is brought back when it dies.
 * @throws {StartupError} one clear line
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { dataDir, env } = options;
  await ensureWritableDirectory(dataDir);
  const servers: SupervisedServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  // both at once; when one cannot start, the other is not left behind
  const started = await Promise.allSettled([
    env['NATS_URL'] || startNats(options).then((server) => (servers.push(server), server.url)),
    env['DATABASE_URL'] || startDatabase(options).then((server) => (servers.push(server), server.url)),
  ]);
  for (const result of started) {
    if (result.status === 'fulfilled') continue;
    await stop();
    throw result.reason;
  }
  const [natsUrl, databaseUrl] = started.map((result) => (result.status === 'fulfilled' ? result.value : ''));
  const nats = servers.find(({ url }) => url === natsUrl);
  const restartSilentBroker = nats ? atIntervals(() => void nats.restart(storesNothing)) : () => undefined;
  return { natsUrl: natsUrl ?? '', databaseUrl: databaseUrl ?? '', restartSilentBroker, stop };
}

/** nats-server 2.15.1 keeps a write that failed in mind, also when there is room again. */
const storesNothing = 'nats-server stores nothing any more, as after a full disk';
const pauseMs = { first: 60_000, last: 15 * 60_000 };

/** What is called more often is not done; the time between two doubles, for what it does not help. */
function atIntervals(work: () => void): () => void {
  let nextAtMs = 0;
  let pause = pauseMs.first;
  return () => {
    if (Date.now() < nextAtMs) return;
    nextAtMs = Date.now() + pause;
    pause = Math.min(2 * pause, pauseMs.last);
    work();
  };
}

async function startNats({
  dataDir,
  env,
  ports,
  onProgress,
  onNotice,
}: EmbeddedOptions): Promise<SupervisedServer> {
  const { path: binary, version } = await locateNatsServer({
    cacheDir: join(dataDir, 'cache'),
    env,
    onProgress,
  });
  onProgress(`starting nats-server ${version}`);
  const start = (port: number) =>
    startNatsServer({
      binary,
      dataDir: join(dataDir, 'nats'),
      port,
      portVariable: 'POSTEL_NATS_PORT',
      onProgress,
    });
  return supervise({ port: ports.nats, onNotice, start });
}

function startDatabase({ dataDir, ports, onProgress, onNotice }: EmbeddedOptions): Promise<SupervisedServer> {
  onProgress('starting PostgreSQL');
  const start = (port: number) =>
    startPostgres({
      dataDir: join(dataDir, 'postgres'),
      port,
      portVariable: 'POSTEL_POSTGRES_PORT',
      durable: true,
      onProgress,
    });
  return supervise({ port: ports.postgres, onNotice, start });
}
