import { diesWithUs, locateTestNatsServer, tempDir, testPorts, waitUntil } from '@postel/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientFiles, writeServerFiles } from './broker-certificate-files.js';

const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
const servers = [0, 1, 2];

/** The three nats-servers of the Kubernetes manifests, by their own configuration, on this machine. */
export interface BrokerCluster {
  readonly urls: readonly string[];
  /** Of the servers' own HTTP, where KEDA asks. */
  readonly monitorUrls: readonly string[];
  /** The settings with which a service finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** kill -9; resolves when the process is gone. */
  kill(server: number): Promise<void>;
  start(server: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startBrokerCluster(): Promise<BrokerCluster> {
  const binary = await locateTestNatsServer();
  const ports = await testPorts(3 * servers.length);
  const directory = tempDir('broker-cluster');
  const homes = servers.map((server) => join(directory.path, `nats-${server}`));
  homes.forEach((home, server) => prepare(home, server, ports));
  const callOffs = homes.map(diesWithUs);
  const running: (ChildProcess | undefined)[] = [];
  const start = (server: number): Promise<void> => {
    const home = homes[server] as string;
    const child = spawn(binary, ['-c', join(home, 'nats.conf')], {
      stdio: ['ignore', 'ignore', 'ignore'],
      env: { ...process.env, SERVER_NAME: `nats-${server}` },
    });
    running[server] = child;
    return untilHealthy(portsOf(server, ports).monitor);
  };
  const end = async (server: number, signal: NodeJS.Signals): Promise<void> => {
    const child = running[server];
    running[server] = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  await Promise.all(servers.map(start));
  const urls = servers.map((server) => `nats://127.0.0.1:${portsOf(server, ports).client}`);
  return {
    urls,
    monitorUrls: servers.map((server) => `http://127.0.0.1:${portsOf(server, ports).monitor}`),
    env: { NATS_URL: urls.join(','), POSTEL_STREAM_REPLICAS: '3', ...clientFiles(directory.path) },
    kill: (server) => end(server, 'SIGKILL'),
    start,
    stop: async () => {
      await Promise.all(servers.map((server) => end(server, 'SIGKILL')));
      callOffs.forEach((callOff) => callOff());
      directory.remove();
    },
  };
}

function portsOf(server: number, ports: readonly number[]) {
  const [client, monitor, routes] = ports.slice(3 * server) as [number, number, number];
  return { client, monitor, routes };
}

/** What in the pod is fixed, is here of the directory and the free ports; all else stays as it is. */
function prepare(home: string, server: number, ports: readonly number[]): void {
  const path = join(repositoryRoot, 'deploy', 'kubernetes', 'components', 'nats-cluster', 'nats.conf');
  const own = portsOf(server, ports);
  const replaced: [string, string][] = [
    ['0.0.0.0:4222', `127.0.0.1:${own.client}`],
    ['0.0.0.0:8222', `127.0.0.1:${own.monitor}`],
    ['0.0.0.0:6222', `127.0.0.1:${own.routes}`],
    ...servers.map((other): [string, string] => [
      `nats-${other}.nats-headless:6222`,
      `127.0.0.1:${portsOf(other, ports).routes}`,
    ]),
    ['/run/nats/nats.pid', join(home, 'nats-server.pid')],
    ['"/data"', JSON.stringify(join(home, 'store'))],
    ['/etc/nats/tls', home],
  ];
  const text = replaced.reduce(
    (conf, [from, to]) => {
      if (!conf.includes(from)) throw new Error(`nats.conf has no ${from}`);
      return conf.replaceAll(from, to);
    },
    readFileSync(path, 'utf8'),
  );
  mkdirSync(home);
  writeFileSync(join(home, 'nats.conf'), text);
  writeServerFiles(home);
}

/** As the startup probe asks: all streams and consumers are level. */
async function untilHealthy(port: number): Promise<void> {
  const healthy = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await waitUntil(healthy, { timeoutMs: 60_000, describe: 'a server of the cluster to be healthy' });
}
