import type { ErrorCode } from '@postel/contracts';
import type { FastifyInstance } from 'fastify';
import { refuse } from './refusal-error.js';

/** Contract: Words. */
const idForm = /^[A-Za-z0-9_-]{1,64}$/;

const missing: readonly (readonly [string, ErrorCode])[] = [
  ['/v1/tenants/:id/api-keys/:keyId', 'api_key_not_found'],
  ['/v1/tenants', 'tenant_not_found'],
  ['/v1/portal-tokens', 'portal_token_not_found'],
  ['/v1/sources', 'source_not_found'],
  ['/v1/jobs', 'job_not_found'],
  ['/v1/events', 'event_not_found'],
  ['/v1/endpoints', 'endpoint_not_found'],
  ['/v1/deliveries', 'delivery_not_found'],
  ['/v1/dead-letters', 'dead_letter_not_found'],
];

/** What cannot be an id of ours names nothing; no table is asked for it. Register after the guard. */
export function refuseImplausibleIds(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, next) => {
    const { id, keyId } = request.params as { id?: string; keyId?: string };
    if ([id, keyId].every((given) => given === undefined || idForm.test(given))) return next();
    try {
      const route = request.routeOptions.url ?? '';
      refuse(missing.find(([prefix]) => route.startsWith(prefix))?.[1] ?? 'not_found');
    } catch (error) {
      next(error as Error);
    }
  });
}
