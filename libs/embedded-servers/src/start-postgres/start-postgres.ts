import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertPortFree } from '../ports.js';
import { claimDirectory } from '../server-process/directory-claim.js';
import {
  spawnServer,
  type Account,
  type EmbeddedServer,
  type ServerProcess,
} from '../server-process/server-process.js';
import { withPort } from '../server-process/with-port.js';
import { StartupError } from '../startup-error.js';
import { ensureWritableDirectory } from '../writable-directory.js';
import { dropPidFileOfZombie, withPatience } from './after-a-kill.js';
import { giveTo, initCluster, postgresDatabase, postgresUser, type Cluster } from './init-cluster.js';
import { postgresAccount } from './postgres-account.js';
import { postgresStopSequence as stopSequence, stopPostgresOrphan } from './postgres-orphan.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { findPlace } from './postgres-place.js';

export interface PostgresOptions {
  /** Holds the cluster, its password and its log. */
  readonly dataDir: string;
  readonly host?: string | undefined;
  /** 0 takes a free one. */
  readonly port: number;
  /** The variable that moves the port, named when it is taken. */
  readonly portVariable?: string | undefined;
  /** False for a throwaway: no fsync, and whoever reaches the port is let in. */
  readonly durable: boolean;
  /**
   * Of a throwaway: a directory where a whole cluster lies, or will, and is copied from. Of the same version and
   * account, and in one that the account can enter.
   */
  readonly template?: string | undefined;
  /** Further settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
}

const name = 'postgres';
const readyTimeoutMs = 60_000;

/**
 * Starts PostgreSQL on the directory's cluster, which it makes the first time, with the database `postel`;
 * resolves when it takes connections. An orphan of a killed parent on the same directory is stopped first.
 * @throws StartupError
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedServer> {
  const { onProgress = () => undefined, durable } = options;
  // a copy of a durable one would have its password
  const template = durable ? undefined : options.template;
  const dataDir = resolve(options.dataDir);
  await ensureWritableDirectory(dataDir);
  const release = await claimDirectory(dataDir, name);
  try {
    const account = await postgresAccount();
    const { directory, nativeDir } = await findPlace({
      dataDir,
      binaries: await findPostgresBinaries(),
      account,
      onProgress,
    });
    const pgData = join(directory, 'data');
    const pidFile = join(pgData, 'postmaster.pid');
    await stopPostgresOrphan(directory, onProgress);
    await dropPidFileOfZombie(pidFile, pgData);
    const cluster = await initCluster({ directory, nativeDir, account, durable, template });
    const place = { directory, nativeDir, account, cluster };
    const server = await withPort(options.host ?? '127.0.0.1', options.port, (port) =>
      withPatience(() => startOn(port, place, options)),
    );
    void server.exited.then(release);
    return server;
  } catch (error) {
    await release();
    throw error;
  }
}

interface StartPlace {
  readonly directory: string;
  readonly nativeDir: string;
  readonly account: Account | undefined;
  readonly cluster: Cluster;
}

async function startOn(port: number, place: StartPlace, options: PostgresOptions): Promise<EmbeddedServer> {
  const { host = '127.0.0.1', portVariable: variable = 'POSTEL_POSTGRES_PORT' } = options;
  await assertPortFree({ host, port, owner: name, variable });
  const { pgData, password } = place.cluster;
  await giveTo(place.account, pgData);
  const child = await spawnServer({
    name,
    binary: join(place.nativeDir, 'bin', 'postgres'),
    args: ['-D', pgData, ...settingArgs(host, port, options)],
    workingDirectory: pgData,
    logFile: join(place.directory, 'postgres.log'),
    account: place.account,
    stopSequence,
  });
  await untilReady(child, join(pgData, 'postmaster.pid'));
  const login = password === undefined ? postgresUser : `${postgresUser}:${password}`;
  const { pid, exited, stop, kill } = child;
  return {
    name,
    url: `postgres://${login}@${host}:${port}/${postgresDatabase}`,
    port,
    pid,
    exited,
    stop,
    kill,
  };
}

function settingArgs(host: string, port: number, { durable, settings }: PostgresOptions): string[] {
  const all: Record<string, string> = {
    listen_addresses: host,
    port: String(port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // synchronous_commit stays on: without it a killed process loses commits, and that is what tests look at.
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
    ...settings,
  };
  return Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

/** The postmaster writes its state into the eighth line of its pid file; pg_ctl waits for the same. */
async function untilReady(child: ServerProcess, pidFile: string): Promise<void> {
  const deadlineMs = Date.now() + readyTimeoutMs;
  while (child.isAlive()) {
    const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return;
    if (Date.now() > deadlineMs) {
      await child.stop();
      throw new StartupError(`postgres is not ready after ${readyTimeoutMs / 1000} s: ${child.lastWords()}`);
    }
    await sleep(20);
  }
  throw new StartupError(`postgres ended while starting: ${child.lastWords()}`);
}
