import { Body, Controller, Delete, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { createPortalTokenRequest } from '@postel/contracts';
import { decidePortalToken } from '@postel/domain';
import {
  PortalTokens,
  principalOf,
  refuse,
  RefusalError,
  validBody,
  type TenantSpan,
} from '@postel/http-api';
import { changeConfig } from '@postel/jetstream';
import type { FastifyRequest } from 'fastify';
import { refusalOf } from '../accept-event/accept-event.js';
import { INGEST_PARTS, type IngestParts } from '../parts.js';

interface CreatedPortalToken {
  readonly id: string;
  readonly tenant: string;
  readonly token: string;
  readonly expiresAt: string;
}

@Controller('v1/portal-tokens')
export class ManagePortalTokensController {
  private readonly tokens: PortalTokens;

  constructor(@Inject(INGEST_PARTS) private readonly parts: IngestParts) {
    this.tokens = new PortalTokens(parts.credentialKeys);
  }

  @Post()
  @HttpCode(201)
  async create(@Body() body: unknown, @Req() request: FastifyRequest): Promise<CreatedPortalToken> {
    const principal = principalOf(request);
    const { tenant = principal.tenant, ttlSeconds } = validBody(createPortalTokenRequest, body);
    if (principal.kind !== 'admin' && tenant !== principal.tenant)
      refuse('forbidden', 'An API key makes tokens for its own tenant.');
    const { nowMs, randomBytes, logger, writer } = this.parts;
    const issued = await this.tokens.issue(this.spanOf(tenant), { nowMs: nowMs(), ttlSeconds, randomBytes });
    const { id, token, expiresAtMs } = issued;
    const about = { actor: principal.actor, atMs: nowMs(), subject: id };
    await writer
      .note(tenant, { v: 1, fact: 'portal_token.created', state: null, ...about })
      .catch((error: unknown) => {
        throw refusalOf(error) ?? error;
      });
    logger.info({ tenant, actor: principal.actor, portalTokenId: id }, 'portal token created');
    return { id, tenant, token, expiresAt: new Date(expiresAtMs).toISOString() };
  }

  @Delete(':id')
  @HttpCode(204)
  async revoke(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    const { tenant, actor } = principalOf(request);
    const token = this.tokens.readId(this.spanOf(tenant), id);
    if (!token) refuse('portal_token_not_found');
    const { tables, writer, logger, nowMs } = this.parts;
    const result = await changeConfig({
      tables,
      writer,
      kind: 'portal-token',
      tenant,
      id,
      decide: (state) => decidePortalToken({ token, actor, nowMs: nowMs() }, state),
    }).catch((error: unknown) => {
      throw refusalOf(error) ?? error;
    });
    if (!result.ok) throw new RefusalError(result.refusal);
    logger.info({ tenant, actor, portalTokenId: id }, 'portal token revoked');
  }

  private spanOf(tenant: string): TenantSpan {
    const tenantSinceMs = this.parts.directory.tenantSinceMs(tenant);
    return tenantSinceMs === null ? refuse('tenant_not_found') : { tenant, tenantSinceMs };
  }
}
