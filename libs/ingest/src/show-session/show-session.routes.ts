import type { SessionAnswer } from '@postel/contracts';
import { PortalTokens, principalOf, type Principal } from '@postel/http-api';
import type { FastifyInstance } from 'fastify';
import type { IngestParts } from '../parts.js';

/** What a console or a command line asks first: whose credential it was given. */
export function registerShowSession(fastify: FastifyInstance, parts: IngestParts): void {
  const tokens = new PortalTokens(parts.credentialKeys);
  fastify.get('/v1/session', (request): SessionAnswer => {
    const principal = principalOf(request);
    const { kind, tenant } = principal;
    const expiresAt = kind === 'portal' ? expiryOf(principal) : null;
    return { kind, tenant, credentialId: credentialIdOf(principal), expiresAt, version: parts.version };
  });

  function expiryOf(principal: Principal & { kind: 'portal' }): string | null {
    const { tenant, tokenId } = principal;
    const tenantSinceMs = parts.directory.tenantSinceMs(tenant);
    const token = tenantSinceMs === null ? null : tokens.readId({ tenant, tenantSinceMs }, tokenId);
    return token ? new Date(token.expiresAtMs).toISOString() : null;
  }
}

function credentialIdOf(principal: Principal): string | null {
  switch (principal.kind) {
    case 'admin':
      return null;
    case 'api-key':
      return principal.keyId;
    case 'portal':
      return principal.tokenId;
  }
}
