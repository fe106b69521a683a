import { leaveTraffic, listenFault, startOperationsServer } from '@postel/process';
import { createLogger, createMeters } from '@postel/telemetry';
import type { FastifyInstance } from 'fastify';
import { consoleServer } from './console-server.js';
import { consoleServerSettings } from './settings.js';

export interface RunningConsoleServer {
  readonly url: string;
  readonly operationsUrl: string;
  /** Not ready from now on; what comes until the grace is over is served. */
  stop(): Promise<void>;
}

/** What is being sent gets this long to end. */
const lastAnswersMs = 4_000;

/** @throws {StartFault} one line for each thing that is wrong, and nothing stays behind */
export async function runConsoleServer(
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunningConsoleServer> {
  const { console, grace, listen } = consoleServerSettings(env);
  const { host, port, metricsPort, logLevel, logLevels } = listen;
  const logger = createLogger('console', logLevel, { levels: logLevels });
  let stopping = false;
  const health = () => [{ part: stopping ? 'stopping' : 'files', healthy: () => !stopping }];
  const server = consoleServer({ console, health, logger });
  const operations = await startOperationsServer({
    host,
    port: metricsPort,
    meters: createMeters(),
    health,
  });
  const url = await server.listen({ host, port }).catch(async (error: unknown) => {
    await operations.stop();
    throw listenFault(error, { host, port, variable: 'POSTEL_PORT' });
  });
  logger.info({ url, operations: operations.url }, 'ready');
  return {
    url,
    operationsUrl: operations.url,
    stop: async () => {
      stopping = true;
      logger.info('stopping');
      await leaveTraffic(server.server, 1_000 * grace.seconds);
      await close(server);
      await operations.stop();
    },
  };
}

async function close(server: FastifyInstance): Promise<void> {
  const late = setTimeout(() => server.server.closeAllConnections(), lastAnswersMs);
  await server.close().finally(() => clearTimeout(late));
}
