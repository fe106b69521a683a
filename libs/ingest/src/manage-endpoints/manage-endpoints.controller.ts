import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query, Req } from '@nestjs/common';
import {
  apiVersions,
  createEndpointRequest,
  isBuiltInVersion,
  listQuery,
  updateEndpointRequest,
  type EndpointAnswer,
  type EndpointState,
  type SecretFact,
  type UpdateEndpointRequest,
} from '@postel/contracts';
import { decideEndpoint, type EndpointCommand } from '@postel/domain';
import { principalOf, refuse, RefusalError, validBody, validQuery } from '@postel/http-api';
import { checkUrlResolves } from '@postel/http-sender';
import { changeConfig } from '@postel/jetstream';
import { generateSecret, sealSecret } from '@postel/signing';
import type { FastifyRequest } from 'fastify';
import { refusalOf } from '../accept-event/accept-event.js';
import { INGEST_PARTS, type IngestParts } from '../parts.js';
import { endpointAnswer } from './endpoint-answer.js';
import { pageOfEndpoints } from './page-of-endpoints.js';

/** A command without who and when, which the request adds. */
type Wish =
  | { kind: 'update'; changes: UpdateEndpointRequest }
  | { kind: 'pause' | 'enable' | 'delete' }
  | { kind: 'disable'; reason: 'manual' };

@Controller('v1/endpoints')
export class ManageEndpointsController {
  constructor(@Inject(INGEST_PARTS) private readonly parts: IngestParts) {}

  @Post()
  @HttpCode(201)
  async create(@Req() request: FastifyRequest): Promise<EndpointAnswer & { secret: string }> {
    const { tenant, actor } = principalOf(request);
    const { secret: given, retry, ...settings } = validBody(createEndpointRequest, request.body);
    this.requireVersion(tenant, settings.apiVersion);
    await this.requireUrl(settings.url);
    const { newId, nowMs, randomBytes } = this.parts;
    const id = newId('ep');
    const secret = given ?? generateSecret(randomBytes(32));
    // before the endpoint: whoever sees an endpoint finds its secret
    await this.storeSecret(tenant, id, secret);
    const command: EndpointCommand = {
      kind: 'create',
      id,
      tenant,
      settings: { ...settings, ...(retry ? { retry } : {}) },
      actor,
      nowMs: nowMs(),
    };
    const state = await this.change(tenant, id, () => command);
    return { ...this.answerOf(state as EndpointState), secret };
  }

  @Get()
  list(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): { data: EndpointAnswer[]; nextCursor: string | null } {
    const { tenant } = principalOf(request);
    const states = this.parts.tables.endpointsOf(tenant).map(({ state }) => state);
    const { items, nextCursor } = pageOfEndpoints(states, validQuery(listQuery, query));
    return { data: items.map((state) => this.answerOf(state)), nextCursor };
  }

  @Get(':id')
  get(@Param('id') id: string, @Req() request: FastifyRequest): EndpointAnswer {
    const state = this.parts.tables.endpoint(id)?.state;
    if (!state || state.tenant !== principalOf(request).tenant) refuse('endpoint_not_found');
    return this.answerOf(state);
  }

  @Patch(':id')
  async update(@Param('id') id: string, @Req() request: FastifyRequest): Promise<EndpointAnswer> {
    const changes = validBody(updateEndpointRequest, request.body);
    if (changes.apiVersion !== undefined)
      this.requireVersion(principalOf(request).tenant, changes.apiVersion);
    if (changes.url !== undefined) await this.requireUrl(changes.url);
    return this.answer(id, request, { kind: 'update', changes });
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    const { tenant } = principalOf(request);
    await this.change(tenant, id, this.commandOf(request, { kind: 'delete' }));
    await this.replaceSecrets(tenant, id, {
      v: 1,
      fact: 'secret.set',
      atMs: this.parts.nowMs(),
      secrets: [],
    });
  }

  @Post(':id/enable')
  @HttpCode(200)
  enable(@Param('id') id: string, @Req() request: FastifyRequest): Promise<EndpointAnswer> {
    return this.answer(id, request, { kind: 'enable' });
  }

  @Post(':id/pause')
  @HttpCode(200)
  pause(@Param('id') id: string, @Req() request: FastifyRequest): Promise<EndpointAnswer> {
    return this.answer(id, request, { kind: 'pause' });
  }

  @Post(':id/disable')
  @HttpCode(200)
  disable(@Param('id') id: string, @Req() request: FastifyRequest): Promise<EndpointAnswer> {
    return this.answer(id, request, { kind: 'disable', reason: 'manual' });
  }

  private async answer(id: string, request: FastifyRequest, wish: Wish): Promise<EndpointAnswer> {
    const state = await this.change(principalOf(request).tenant, id, this.commandOf(request, wish));
    if (!state) refuse('endpoint_not_found'); // deleted by someone else at this moment
    return this.answerOf(state);
  }

  private answerOf(state: EndpointState): EndpointAnswer {
    const { defaultRetry, nowMs, tables } = this.parts;
    return endpointAnswer(state, { defaultRetry, circuit: tables.circuitOf(state.id), nowMs: nowMs() });
  }

  private commandOf(request: FastifyRequest, wish: Wish): () => EndpointCommand {
    const { actor } = principalOf(request);
    return () => ({ ...wish, actor, nowMs: this.parts.nowMs() });
  }

  private async change(
    tenant: string,
    endpointId: string,
    command: () => EndpointCommand,
  ): Promise<EndpointState | null> {
    const { tables, writer, logger } = this.parts;
    const decide = (state: EndpointState | null) => decideEndpoint(command(), state);
    const result = await changeConfig({
      tables,
      writer,
      kind: 'endpoint',
      tenant,
      id: endpointId,
      decide,
    }).catch(asRefusal);
    if (!result.ok) throw new RefusalError(result.refusal);
    if (result.changed) logger.info({ tenant, endpointId, command: command().kind }, 'endpoint changed');
    return result.state;
  }

  private async storeSecret(tenant: string, endpointId: string, secret: string): Promise<void> {
    const { masterKey, nowMs, randomBytes } = this.parts;
    const sealed = sealSecret(secret, masterKey, { tenant, endpointId }, randomBytes);
    await this.replaceSecrets(tenant, endpointId, {
      v: 1,
      fact: 'secret.set',
      atMs: nowMs(),
      secrets: [sealed],
    });
  }

  private async replaceSecrets(tenant: string, endpointId: string, fact: SecretFact): Promise<void> {
    await this.parts.writer.replaceSecret(tenant, endpointId, fact).catch(asRefusal);
  }

  /** One of ours, or one that some event type of the tenant declares. */
  private requireVersion(tenant: string, apiVersion: string): void {
    if (isBuiltInVersion(apiVersion)) return;
    const types = this.parts.tables.table('event-type').of(tenant);
    if (types.some(({ state }) => state.versions.some(({ name }) => name === apiVersion))) return;
    const message = `one of ${apiVersions.join(', ')}, or a version that an event type declares`;
    const errors = [{ path: 'apiVersion', code: 'unknown_api_version', message }];
    throw new RefusalError({ code: 'unknown_api_version', errors });
  }

  private async requireUrl(url: string): Promise<void> {
    const checked = await checkUrlResolves(url, this.parts.addressRules);
    if (checked.ok) return;
    const { code, message } = checked;
    throw new RefusalError({ code, detail: message, errors: [{ path: 'url', code, message }] });
  }
}

function asRefusal(error: unknown): never {
  throw refusalOf(error) ?? error;
}
