import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, startNatsServer } from '@postel/embedded-servers';
import type { CleanUpAfterUs } from '@postel/testing';
import { RestartableServer } from './restartable-server.js';
import type { Wires } from './wires.js';

export interface BrokersOptions {
  readonly count: number;
  readonly binary: string;
  readonly dataDir: string;
  readonly watch: CleanUpAfterUs;
  /** The brokers find each other by these. */
  readonly routes?: Wires | undefined;
}

/** One nats-server, or several as a cluster. */
export async function startBrokers(options: BrokersOptions): Promise<RestartableServer[]> {
  const { count, binary, dataDir, watch, routes } = options;
  const ports = await freePorts(count);
  const configs = count === 1 ? [undefined] : await clusterConfigs(await freePorts(count), routes);
  const servers = ports.map((port, index) => {
    const process = brokerName(index);
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

export function brokerName(index: number): string {
  return `nats-${index + 1}`;
}

export function brokerDir(dataDir: string, index: number): string {
  return join(dataDir, brokerName(index));
}

async function clusterConfigs(ports: readonly number[], wires: Wires | undefined): Promise<string[]> {
  const configs: string[] = [];
  for (const [index, port] of ports.entries()) {
    const routes: number[] = [];
    for (const [other, target] of ports.entries()) {
      if (other === index) continue;
      routes.push(wires ? await wires.lay(brokerName(index), brokerName(other), target) : target);
    }
    configs.push(clusterConfig(index, port, routes, wires !== undefined));
  }
  return configs;
}

function clusterConfig(index: number, port: number, routes: readonly number[], isWired: boolean): string {
  const urls = routes.map((route) => `nats-route://127.0.0.1:${route}`).join(', ');
  // brokers tell each other where a third one is: with wires nobody may find it but by its own
  const advertise = isWired ? ', advertise: "127.0.0.1:1"' : '';
  // the name stands twice in the file: the later one counts
  return `server_name: "${brokerName(index)}"\ncluster { name: "chaos", listen: "127.0.0.1:${port}"${advertise}, routes: [${urls}] }`;
}
