import {
  startReceiver,
  startTestNats,
  startTestPostgres,
  tempDir,
  testPorts,
  type Receiver,
} from '@postel/testing';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Api } from './api-client.js';
import { startChild } from './child-process.js';
import {
  adminToken,
  settingsFor,
  stopAll,
  untilReady,
  type FleetOptions,
  type RunningPostel,
} from './fleet.js';

/**
 * The five services in one process, as `npm start` runs them: for journeys that look at what Postel does and touch none
 * of its processes, for it starts at half the cost of a fleet.
 */
export async function startTogether(options: Pick<FleetOptions, 'env'> = {}): Promise<RunningPostel> {
  const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
  const directory = tempDir('together');
  const [port, metricsPort] = await testPorts(2);
  const child = await startChild({
    name: 'all-in-one',
    app: 'all-in-one',
    env: {
      ...settingsFor({ nats, postgres }),
      POSTEL_DATA_DIR: directory.path,
      POSTEL_PORT: String(port),
      POSTEL_METRICS_PORT: String(metricsPort),
      ...options.env,
    },
    alsoWhenWeDie: `rm -rf '${directory.path}'`,
  });
  const api = new Api(`http://127.0.0.1:${port}`, adminToken);
  const receivers: Receiver[] = [];
  try {
    await untilReady(child, `http://127.0.0.1:${metricsPort}/readyz`);
    await api.readDocument();
  } catch (error) {
    await child.kill();
    await Promise.all([nats.stop(), postgres.stop()]);
    const log = logIn(directory.path);
    directory.remove();
    throw new Error(`${String(error)}\n${log}`, { cause: error });
  }
  return {
    api,
    nats,
    postgres,
    receiver: async (answer) => {
      const receiver = await startReceiver(answer);
      receivers.push(receiver);
      return receiver;
    },
    stop: async () => {
      await stopAll({ children: [child], nats, postgres, receivers, apis: [api] }).finally(directory.remove);
    },
  };
}

/** What it wrote of its troubles; nothing when it ended before. */
function logIn(dataDir: string): string {
  const file = join(dataDir, 'logs', 'postel.log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
