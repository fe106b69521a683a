import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import {
  configSubject,
  createApiKeyRequest,
  listQuery,
  type ApiKeyAnswer,
  type ApiKeyState,
} from '@postel/contracts';
import { decideApiKey, type ApiKeyCommand } from '@postel/domain';
import { makeApiKey, principalOf, refuse, RefusalError, validBody, validQuery } from '@postel/http-api';
import { changeConfig } from '@postel/jetstream';
import type { FastifyRequest } from 'fastify';
import { refusalOf } from '../accept-event/accept-event.js';
import { pageOfStates } from '../page-states/page-of-states.js';
import { INGEST_PARTS, type IngestParts } from '../parts.js';

@Controller('v1/tenants/:id/api-keys')
export class ManageApiKeysController {
  constructor(@Inject(INGEST_PARTS) private readonly parts: IngestParts) {}

  @Get()
  list(
    @Param('id') tenant: string,
    @Query() query: unknown,
  ): { data: ApiKeyAnswer[]; nextCursor: string | null } {
    this.requireTenant(tenant);
    const states = this.parts.tables
      .table('api-key')
      .of(tenant)
      .map(({ state }) => state);
    const { items, nextCursor } = pageOfStates(states, validQuery(listQuery, query));
    return { data: items.map((state) => this.answerOf(state)), nextCursor };
  }

  @Post()
  @HttpCode(201)
  async create(
    @Param('id') tenant: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<ApiKeyAnswer & { key: string }> {
    this.requireTenant(tenant);
    const { name } = validBody(createApiKeyRequest, body ?? {});
    const { credentialKeys, newId, nowMs, randomBytes } = this.parts;
    const { key, hash, prefix } = makeApiKey(credentialKeys, randomBytes);
    const id = newId('key');
    const { actor } = principalOf(request);
    const state = await this.change(tenant, id, () => ({
      kind: 'create',
      key: { id, tenant, name, hash, prefix },
      actor,
      nowMs: nowMs(),
    }));
    // deleted at this very moment
    if (!state) refuse('tenant_not_found');
    return { ...this.answerOf(state), key };
  }

  @Delete(':keyId')
  @HttpCode(204)
  async revoke(
    @Param('id') tenant: string,
    @Param('keyId') keyId: string,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    this.requireTenant(tenant);
    const { broker, logger, nowMs } = this.parts;
    const { actor } = principalOf(request);
    await this.change(tenant, keyId, () => ({ kind: 'revoke', actor, nowMs: nowMs() }));
    // the key is revoked already: what is left of its use is only untidy
    await broker.jsm.streams
      .purge('CONFIG', { filter: configSubject('api-key-use', tenant, keyId) })
      .catch((error: unknown) => logger.warn({ err: error, tenant, keyId }, 'a key’s use was not forgotten'));
  }

  private requireTenant(tenant: string): void {
    if (!this.parts.tables.tenantExists(tenant)) refuse('tenant_not_found');
  }

  private answerOf(state: ApiKeyState): ApiKeyAnswer {
    const usedAtMs = this.parts.tables.keyUsedAtMs(state.id);
    return {
      id: state.id,
      tenant: state.tenant,
      name: state.name,
      prefix: state.prefix,
      createdAt: new Date(state.createdAtMs).toISOString(),
      lastUsedAt: usedAtMs === null ? null : new Date(usedAtMs).toISOString(),
    };
  }

  private async change(
    tenant: string,
    keyId: string,
    command: () => ApiKeyCommand,
  ): Promise<ApiKeyState | null> {
    const { tables, writer, logger } = this.parts;
    const result = await changeConfig({
      tables,
      writer,
      kind: 'api-key',
      tenant,
      id: keyId,
      decide: (state) => decideApiKey(command(), state),
    }).catch((error: unknown) => {
      throw refusalOf(error) ?? error;
    });
    if (!result.ok) throw new RefusalError(result.refusal);
    logger.info({ tenant, keyId, command: command().kind }, 'API key changed');
    return result.state;
  }
}
