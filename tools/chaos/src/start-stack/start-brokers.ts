import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, startNatsServer } from '@postel/embedded-servers';
import type { CleanUpAfterUs } from '@postel/testing';
import { RestartableServer } from './restartable-server.js';

export interface BrokersOptions {
  readonly count: number;
  readonly binary: string;
  readonly dataDir: string;
  readonly watch: CleanUpAfterUs;
}

/** One nats-server, or several as a cluster. */
export async function startBrokers(options: BrokersOptions): Promise<RestartableServer[]> {
  const { count, binary, dataDir, watch } = options;
  const ports = await freePorts(count);
  const configs = count === 1 ? [undefined] : clusterConfigs(await freePorts(count));
  const servers = ports.map((port, index) => {
    const process = `nats-${index + 1}`;
    const directory = brokerDir(dataDir, index);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const configExtra = configs[index];
    const start = () => startNatsServer({ binary, dataDir: directory, port, configExtra });
    return RestartableServer.start({ what: 'nats', process, watch, start });
  });
  const started = await Promise.allSettled(servers);
  const failure = started.find((result) => result.status === 'rejected');
  const running = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (!failure) return running;
  await Promise.all(running.map((server) => server.end()));
  throw failure.reason;
}

export function brokerDir(dataDir: string, index: number): string {
  return join(dataDir, `nats-${index + 1}`);
}

function clusterConfigs(ports: readonly number[]): string[] {
  const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`).join(', ');
  return ports.map(
    (port, index) =>
      // the name stands twice in the file: the later one counts
      `server_name: "nats-${index + 1}"\ncluster { name: "chaos", listen: "127.0.0.1:${port}", routes: [${routes}] }`,
  );
}
