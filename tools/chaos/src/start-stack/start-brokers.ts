import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startNatsServer } from '@postel/embedded-servers';
import type { DiesWithUs } from './dies-with-us.js';
import { RestartableServer } from './restartable-server.js';

export interface BrokersOptions {
  readonly count: number;
  readonly binary: string;
  readonly dataDir: string;
  readonly watch: DiesWithUs;
}

/** One nats-server, or several as a cluster. */
export async function startBrokers(options: BrokersOptions): Promise<RestartableServer[]> {
  const { count, binary, dataDir, watch } = options;
  const configs = count === 1 ? [undefined] : await clusterConfigs(count);
  const servers = configs.map((configExtra, index) => {
    const process = `nats-${index + 1}`;
    const directory = brokerDir(dataDir, index);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const startOn = (port: number) => startNatsServer({ binary, dataDir: directory, port, configExtra });
    return RestartableServer.start({ what: 'nats', process, watch, startOn });
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

async function clusterConfigs(count: number): Promise<string[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  const routes = [...ports].map((port) => `nats-route://127.0.0.1:${port}`).join(', ');
  return [...ports].map(
    (port, index) =>
      // the name stands twice in the file: the later one counts
      `server_name: "nats-${index + 1}"\ncluster { name: "chaos", listen: "127.0.0.1:${port}", routes: [${routes}] }`,
  );
}
