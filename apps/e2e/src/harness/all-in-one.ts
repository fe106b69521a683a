import { locateTestNatsServer, testPorts, waitUntil } from '@postel/testing';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Api } from './api-client.js';
import { startChild, type ChildProcess } from './child-process.js';

const run = promisify(execFile);

/** One installation of `npm start`: a data directory and its ports, over any number of starts. */
export interface Installation {
  readonly dataDir: string;
  readonly apiUrl: string;
  readonly natsUrl: string;
  readonly env: Readonly<Record<string, string>>;
}

export async function newInstallation(dataDir: string): Promise<Installation> {
  const [api, metrics, nats, postgres] = await testPorts(4);
  return {
    dataDir,
    apiUrl: `http://127.0.0.1:${api}`,
    natsUrl: `nats://127.0.0.1:${nats}`,
    env: {
      POSTEL_DATA_DIR: dataDir,
      POSTEL_PORT: String(api),
      POSTEL_METRICS_PORT: String(metrics),
      POSTEL_NATS_PORT: String(nats),
      POSTEL_POSTGRES_PORT: String(postgres),
      POSTEL_NATS_SERVER: await locateTestNatsServer(),
    },
  };
}

/** `npm start` without npm; resolves as soon as the process is there, ready or not. */
export function launch(
  { dataDir, env }: Installation,
  more: Record<string, string> = {},
): Promise<ChildProcess> {
  // what it starts has process groups of its own, and outlives a kill -9 of it by design
  const killServers = pidFiles(dataDir).map((file) => `kill -9 "$(head -n 1 '${file}')" 2>/dev/null`);
  const alsoWhenWeDie = [...killServers, 'sleep 0.2', `rm -rf '${dataDir}'`].join('\n');
  return startChild({ name: 'all-in-one', app: 'all-in-one', env: { ...env, ...more }, alsoWhenWeDie });
}

export interface RunningAllInOne {
  readonly child: ChildProcess;
  readonly api: Api;
  /** From the launch to what it prints when it is ready. */
  readonly readyAfterMs: number;
  readonly adminToken: string;
}

export async function startAllInOne(installation: Installation): Promise<RunningAllInOne> {
  const startedMs = Date.now();
  const child = await launch(installation);
  await waitUntil(() => !child.isAlive() || /Postel is ready/.test(child.output()), {
    timeoutMs: 60_000,
    describe: `the all-in-one to be ready: ${child.output()}`,
  });
  if (!child.isAlive()) throw new Error(`The all-in-one ended while starting:\n${child.output()}`);
  const readyAfterMs = Date.now() - startedMs;
  const adminToken = /Admin token\s+(\S+)/.exec(child.output())?.[1] ?? '';
  return { child, api: new Api(installation.apiUrl, adminToken), readyAfterMs, adminToken };
}

/** The pid of an embedded server that runs; `null` when it does not. */
export function embeddedPid({ dataDir }: Installation, server: 'nats' | 'postgres'): number | null {
  const [nats, postgres] = pidFiles(dataDir);
  const file = (server === 'nats' ? nats : postgres) as string;
  const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : NaN;
  return pid > 1 && isRunning(pid) ? pid : null;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Command lines of all processes that work on the installation's data. */
export async function processesOf({ dataDir }: Installation): Promise<string[]> {
  const { stdout } = await run('ps', ['-axww', '-o', 'pid=,command=']);
  // the watchers of this test name it too
  return stdout.split('\n').filter((line) => line.includes(dataDir) && !/watcher|ps -axww/.test(line));
}

function pidFiles(dataDir: string): string[] {
  return [join(dataDir, 'nats', 'nats-server.pid'), join(dataDir, 'postgres', 'data', 'postmaster.pid')];
}
