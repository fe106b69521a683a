import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { accessSettings, SettingsOf } from '@postel/config';
import {
  apiServerOptions,
  guardEverything,
  limitAnswers,
  prepareApi,
  ProblemFilter,
  registerHealth,
  traceRequests,
  type CodeOfError,
  type HealthCheck,
} from '@postel/http-api';
import { JetStreamTransport } from '@postel/jetstream';
import type { FastifyInstance } from 'fastify';
import 'reflect-metadata';
import type { Assembly, ServiceParts } from './service-definition.js';

/** Requests under way get this long to end; a client that holds a connection without one is not waited for. */
const lastRequestsMs = 4_000;

/** What comes until then is served. */
export async function closeApp(app: NestFastifyApplication): Promise<void> {
  const late = setTimeout(() => app.getHttpServer().closeAllConnections(), lastRequestsMs);
  await app.close().finally(() => clearTimeout(late));
}

export interface AppOptions {
  readonly access: SettingsOf<{ access: typeof accessSettings }>['access'];
  readonly health: () => readonly HealthCheck[];
  readonly codeOf: CodeOfError;
  readonly isFrontDoor: boolean;
  /** For what consumers have in work when they stop. */
  readonly drainMs: number;
}

/** Everything of the API but that it listens, and the consumers but that they run. */
export async function createApp(
  assembly: Assembly,
  parts: ServiceParts,
  { access, health, codeOf, isFrontDoor, drainMs }: AppOptions,
): Promise<NestFastifyApplication> {
  const { broker, logger, tracing } = parts;
  const adapter = new ApiAdapter(apiServerOptions({ bodyLimitBytes: 1024 * 1024, logger }));
  const fastify: FastifyInstance = adapter.getInstance();
  prepareApi(fastify, logger, codeOf, { isFrontDoor });
  guardEverything(fastify, {
    adminToken: access.adminToken,
    keys: parts.credentialKeys,
    directory: parts.directory,
    limits: access,
    nowMs: () => Date.now(),
    ...(assembly.onKeyUse ? { onKeyUse: assembly.onKeyUse } : {}),
  });
  limitAnswers(fastify);
  registerHealth(fastify, health);
  if (tracing) traceRequests(fastify, tracing);
  const app = await NestFactory.create<NestFastifyApplication>(assembly.module, adapter, {
    logger: false,
    abortOnError: false,
    // it would add one for forms, which browsers send across sites without asking
    bodyParser: false,
  });
  app.useGlobalFilters(new ProblemFilter(logger, codeOf));
  assembly.routes?.(fastify);
  if (assembly.subscriptions.length > 0) {
    const onTrouble = (message: string, error?: unknown) => logger.warn({ err: error }, message);
    const strategy = new JetStreamTransport({
      broker,
      subscriptions: assembly.subscriptions,
      drainMs,
      onTrouble,
    });
    app.connectMicroservice({ strategy }, { inheritAppConfig: true });
  }
  await app.init();
  return app;
}

/** Nest would put its own handlers in the place of ours, which know less of what fastify says. */
class ApiAdapter extends FastifyAdapter {
  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.getInstance(); // ours was set by prepareApi
  }

  override setNotFoundHandler(): ReturnType<FastifyAdapter['setNotFoundHandler']> {
    return this.getInstance(); // likewise
  }
}
