import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import { refuseImplausibleIds } from './plausible-ids.js';
import { refuse } from './refusal-error.js';

/** Who asks, and for which tenant. The tenant comes from the credential; only the operator may name another. */
export interface Principal {
  readonly kind: 'admin';
  /** For the history: who did it. */
  readonly actor: string;
  readonly tenant: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    /** Answers without a credential. Everything else needs one, a route that does not exist included. */
    public?: boolean;
  }
}

export interface Authentication {
  readonly adminToken: string;
  tenantExists(tenant: string): boolean;
}

/**
 * The global guard: a hook of the root instance that runs after routing and before the body is read, for Nest's routes
 * and our own alike. It knows no paths, so no spelling of a path gets around it.
 */
export function guardEverything(fastify: FastifyInstance, authentication: Authentication): void {
  const expected = digest(authentication.adminToken);
  fastify.decorateRequest('principal', null);
  fastify.addHook('onRequest', (request, _reply, next) => {
    try {
      if (request.routeOptions.config.public !== true)
        request.principal = identify(request, expected, authentication);
      next();
    } catch (error) {
      next(error as Error);
    }
  });
  refuseImplausibleIds(fastify);
}

/** @throws {Error} on a route that is public: a bug, not a refusal */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error(`no principal on ${request.routeOptions.url ?? request.url}`);
  return request.principal;
}

function identify(request: FastifyRequest, expected: Buffer, authentication: Authentication): Principal {
  const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  // digests have one length, so the comparison takes one time
  if (token === undefined || !timingSafeEqual(digest(token), expected)) {
    refuse('unauthorized', 'Send the header Authorization: Bearer <token>.');
  }
  const header = request.headers['postel-tenant'];
  const tenant = (Array.isArray(header) ? header[0] : header) ?? 'default';
  if (!authentication.tenantExists(tenant)) refuse('tenant_not_found');
  return { kind: 'admin', actor: 'admin', tenant };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
