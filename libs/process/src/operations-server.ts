import { postelVersion } from '@postel/contracts';
import { readinessOf, registerHealth, type HealthCheck } from '@postel/http-api';
import type { Meters } from '@postel/telemetry';
import { fastify } from 'fastify';
import { listenFault } from './listen-fault.js';

/** `/metrics`, `/healthz` and `/readyz` on a port of their own, which is never public. @throws {StartFault} */
export async function startOperationsServer(options: {
  readonly host: string;
  readonly port: number;
  readonly meters: Meters;
  readonly health: () => readonly HealthCheck[];
}): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const { host, port, meters } = options;
  const server = fastify({ forceCloseConnections: true });
  meters.buildInfo.set({ version: postelVersion }, 1);
  server.get('/metrics', async (_request, reply) => {
    await tellDependencies(meters, options.health());
    return reply.header('content-type', meters.registry.contentType).send(await meters.registry.metrics());
  });
  registerHealth(server, options.health);
  try {
    return { url: await server.listen({ host, port }), stop: () => server.close() };
  } catch (error) {
    throw listenFault(error, { host, port, variable: 'POSTEL_METRICS_PORT' });
  }
}

const dependencies = ['nats', 'database'] as const;

/** Of several services in one process, the worst. */
async function tellDependencies(meters: Meters, health: readonly HealthCheck[]): Promise<void> {
  for (const dependency of dependencies) {
    const checks = health.filter(({ part }) => part === dependency);
    if (checks.length > 0) meters.dependencyUp.set({ dependency }, (await readinessOf(checks)).ready ? 1 : 0);
  }
}
