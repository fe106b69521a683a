import {
  apiServerOptions,
  ConsoleMissing,
  prepareApi,
  registerHealth,
  registerServeConsole,
  type ConsoleOptions,
  type HealthCheck,
} from '@postel/http-api';
import { StartFault } from '@postel/process';
import type { Logger } from '@postel/telemetry';
import { fastify, type FastifyInstance } from 'fastify';

export interface ConsoleServerOptions {
  readonly console: ConsoleOptions & { readonly directory: string };
  readonly health: () => readonly HealthCheck[];
  readonly logger: Logger;
}

/** Nobody has anything to send to it. */
const bodyLimitBytes = 1024;

/**
 * What ingest does with the console, by the same code, and nothing else of it: there is no route that needs a credential,
 * and so no guard. It asks nobody for anything.
 * @throws {StartFault} when the directory has no console
 */
export function consoleServer({ console, health, logger }: ConsoleServerOptions): FastifyInstance {
  const server = fastify(apiServerOptions({ bodyLimitBytes, logger }));
  prepareApi(server, logger, () => null);
  registerHealth(server, health);
  try {
    registerServeConsole(server, console);
  } catch (error) {
    throw error instanceof ConsoleMissing ? new StartFault([error.message]) : error;
  }
  return server;
}
