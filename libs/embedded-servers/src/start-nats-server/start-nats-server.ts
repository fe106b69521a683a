import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertPortFree } from '../ports.js';
import { claimDirectory } from '../server-process/directory-claim.js';
import { stopOrphan } from '../server-process/orphan.js';
import {
  spawnServer,
  type EmbeddedServer,
  type ServerProcess,
  type StopStep,
} from '../server-process/server-process.js';
import { withPort } from '../server-process/with-port.js';
import { StartupError } from '../startup-error.js';
import { ensureWritableDirectory } from '../writable-directory.js';
import { isJetStreamReady } from './jetstream-ready.js';
import { natsConfig } from './nats-config.js';

export interface NatsServerOptions {
  /** Path of the nats-server binary, from locateNatsServer. */
  readonly binary: string;
  /** Holds the store, the configuration, the pid file and the log. */
  readonly dataDir: string;
  readonly host?: string | undefined;
  /** 0 takes a free one. */
  readonly port: number;
  /** The variable that moves the port, named when it is taken. */
  readonly portVariable?: string | undefined;
  readonly maxFileStoreBytes?: number | undefined;
  /** Further lines of nats-server configuration, at the top level. */
  readonly configExtra?: string | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
}

const name = 'nats-server';
/** Recovering a large store takes its time before the port opens. */
const readyTimeoutMs = 60_000;
const stopSequence: readonly StopStep[] = [
  { signal: 'SIGTERM', patienceMs: 10_000 },
  { signal: 'SIGKILL', patienceMs: 5_000 },
];

/**
 * Starts nats-server with JetStream on the directory's store; resolves when JetStream answers. An orphan of a
 * killed parent on the same directory is stopped first.
 * @throws StartupError
 */
export async function startNatsServer(options: NatsServerOptions): Promise<EmbeddedServer> {
  const dataDir = resolve(options.dataDir);
  const files = { config: join(dataDir, 'nats-server.conf'), pid: join(dataDir, 'nats-server.pid') };
  // Endpoints' secrets are in the store.
  await ensureWritableDirectory(dataDir, 0o700);
  const release = await claimDirectory(dataDir, name);
  try {
    const orphan = await stopOrphan({
      name,
      pidFile: files.pid,
      commandLineMark: files.config,
      stopSequence,
    });
    if (orphan !== undefined)
      options.onProgress?.(`nats-server: stopped one left over from an earlier run (pid ${orphan})`);
    const host = options.host ?? '127.0.0.1';
    const server = await withPort(host, options.port, async (port) => {
      const variable = options.portVariable ?? 'POSTEL_NATS_PORT';
      await assertPortFree({ host, port, owner: name, variable });
      await writeFile(files.config, configText(options, { host, port, dataDir, pidFile: files.pid }));
      return startOn(port, { host, dataDir, config: files.config, binary: options.binary });
    });
    void server.exited.then(release);
    return server;
  } catch (error) {
    await release();
    throw error;
  }
}

function configText(
  options: NatsServerOptions,
  { host, port, dataDir, pidFile }: { host: string; port: number; dataDir: string; pidFile: string },
): string {
  const { maxFileStoreBytes, configExtra: extra } = options;
  return natsConfig({ host, port, storeDir: join(dataDir, 'store'), pidFile, maxFileStoreBytes, extra });
}

interface StartPlace {
  readonly host: string;
  readonly dataDir: string;
  readonly config: string;
  readonly binary: string;
}

async function startOn(port: number, { host, dataDir, config, binary }: StartPlace): Promise<EmbeddedServer> {
  const child = await spawnServer({
    name,
    binary,
    args: ['-c', config],
    workingDirectory: dataDir,
    logFile: join(dataDir, 'nats-server.log'),
    stopSequence,
  });
  await untilReady(child, host, port);
  const { pid, exited, stop, kill } = child;
  return { name, url: `nats://${host}:${port}`, port, pid, exited, stop, kill };
}

async function untilReady(child: ServerProcess, host: string, port: number): Promise<void> {
  const deadlineMs = Date.now() + readyTimeoutMs;
  while (child.isAlive()) {
    if (await isJetStreamReady(host, port)) return;
    if (Date.now() > deadlineMs) {
      await child.stop();
      throw new StartupError(
        `nats-server is not ready after ${readyTimeoutMs / 1000} s: ${child.lastWords()}`,
      );
    }
    await sleep(20);
  }
  throw new StartupError(`nats-server ended while starting: ${child.lastWords()}`);
}
