import type { FastifyInstance } from 'fastify';

/** `read-only`: it answers and takes no writes. */
export type PartState = 'ok' | 'down' | 'read-only';

/** One part that work depends on. */
export interface HealthCheck {
  readonly part: string;
  /** What it is in, or whether it is well. One that throws, or has no answer after two seconds, is down. */
  readonly healthy: () => boolean | PartState | Promise<boolean | PartState>;
}

export interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, PartState>>;
}

export async function readinessOf(checks: readonly HealthCheck[]): Promise<Readiness> {
  const results = await Promise.all(
    checks.map(async ({ part, healthy }) => [part, await settled(healthy)] as const),
  );
  return { ready: results.every(([, state]) => state === 'ok'), parts: Object.fromEntries(results) };
}

/** `/healthz`: the process lives, whatever is down around it. `/readyz`: 503, which part and in what state, when it cannot work. */
export function registerHealth(fastify: FastifyInstance, checks: () => readonly HealthCheck[]): void {
  const config = { public: true };
  fastify.get('/healthz', { config }, () => ({ status: 'ok' }));
  fastify.get('/readyz', { config }, async (_request, reply) => {
    const { ready, parts } = await readinessOf(checks());
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', parts });
  });
}

async function settled(healthy: HealthCheck['healthy']): Promise<PartState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<PartState>((resolve) => (timer = setTimeout(() => resolve('down'), 2_000)));
  try {
    const state = await Promise.race([Promise.resolve(healthy()), late]);
    if (typeof state === 'string') return state;
    return state ? 'ok' : 'down';
  } catch {
    return 'down'; // a check that fails says what we asked
  } finally {
    clearTimeout(timer);
  }
}
