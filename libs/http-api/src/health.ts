import type { FastifyInstance } from 'fastify';

/** One part that work depends on. */
export interface HealthCheck {
  readonly part: string;
  readonly healthy: () => boolean | Promise<boolean>;
}

export interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, 'ok' | 'down'>>;
}

export async function readinessOf(checks: readonly HealthCheck[]): Promise<Readiness> {
  const results = await Promise.all(
    checks.map(async ({ part, healthy }) => [part, (await settled(healthy)) ? 'ok' : 'down'] as const),
  );
  return { ready: results.every(([, state]) => state === 'ok'), parts: Object.fromEntries(results) };
}

/** `/healthz`: the process lives, whatever is down around it. `/readyz`: 503 and which part, when it cannot work. */
export function registerHealth(fastify: FastifyInstance, checks: () => readonly HealthCheck[]): void {
  const config = { public: true };
  fastify.get('/healthz', { config }, () => ({ status: 'ok' }));
  fastify.get('/readyz', { config }, async (_request, reply) => {
    const { ready, parts } = await readinessOf(checks());
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', parts });
  });
}

async function settled(healthy: HealthCheck['healthy']): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), 2_000)));
  try {
    return await Promise.race([Promise.resolve(healthy()), late]);
  } catch {
    return false; // a check that fails says what we asked
  } finally {
    clearTimeout(timer);
  }
}
