import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query, Req } from '@nestjs/common';
import {
  apiVersions,
  createEndpointRequest,
  isBuiltInVersion,
  listQuery,
  updateEndpointRequest,
  type EndpointAnswer,
  noCustomHeaders,
  noSecrets,
  type CustomHeaders,
  type EndpointState,
} from '@postel/contracts';
import {
  graceEndsAtMs,
  hasHeadersOf,
  headersInForce,
  replacedHeaders,
  type EndpointChanges,
  type EndpointCommand,
} from '@postel/domain';
import { principalOf, refuse, RefusalError, validBody, validQuery } from '@postel/http-api';
import { checkUrlResolves } from '@postel/http-sender';
import type { FastifyRequest } from 'fastify';
import { pageOfStates } from '../page-states/page-of-states.js';
import { isDeepStrictEqual } from 'node:util';
import { INGEST_PARTS, type IngestParts } from '../parts.js';
import { needsKeyPair } from '../rotate-secret/endpoint-vault.js';
import {
  changeEndpoint,
  changeEndpointSecrets,
  requireEndpoint,
  type EndpointOwner,
} from './change-endpoint.js';
import { endpointAnswer } from './endpoint-answer.js';

/** A command without who and when, which the request adds. */
type Wish =
  | { kind: 'update'; changes: EndpointChanges }
  | { kind: 'pause' | 'enable' | 'delete' }
  | { kind: 'disable'; reason: 'manual' };

@Controller('v1/endpoints')
export class ManageEndpointsController {
  constructor(@Inject(INGEST_PARTS) private readonly parts: IngestParts) {}

  @Post()
  @HttpCode(201)
  async create(@Req() request: FastifyRequest): Promise<EndpointAnswer & { secret: string }> {
    const { tenant, actor } = principalOf(request);
    const { secret: given, retry, headers, ...settings } = validBody(createEndpointRequest, request.body);
    this.requireVersion(tenant, settings.apiVersion);
    await this.requireUrl(settings.url);
    const { newId, nowMs, vault } = this.parts;
    const id = newId('ep');
    const owner: EndpointOwner = { tenant, endpointId: id };
    const { schemes } = settings.signature;
    const told = headersSet(headers, nowMs());
    const wanted = { secret: given, schemes, headers, headersSetAtMs: told.setAtMs };
    const { secret, sealed } = await vault.create(owner, wanted);
    // before the endpoint: whoever sees an endpoint finds its secret
    await changeEndpointSecrets(this.parts, owner, () => sealed);
    const command: EndpointCommand = {
      kind: 'create',
      id,
      tenant,
      settings: { ...settings, headers: told, ...(retry ? { retry } : {}) },
      actor,
      nowMs: nowMs(),
    };
    const state = await changeEndpoint(this.parts, owner, () => command);
    return { ...this.answerOf(state as EndpointState), secret };
  }

  @Get()
  list(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): { data: EndpointAnswer[]; nextCursor: string | null } {
    const { tenant } = principalOf(request);
    const states = this.parts.tables.endpointsOf(tenant).map(({ state }) => state);
    const { items, nextCursor } = pageOfStates(states, validQuery(listQuery, query));
    return { data: items.map((state) => this.answerOf(state)), nextCursor };
  }

  @Get(':id')
  get(@Param('id') id: string, @Req() request: FastifyRequest): EndpointAnswer {
    return this.answerOf(requireEndpoint(this.parts, ownerOf(request, id)));
  }

  @Patch(':id')
  async update(@Param('id') id: string, @Req() request: FastifyRequest): Promise<EndpointAnswer> {
    const { headers, ...rest } = validBody(updateEndpointRequest, request.body);
    if (rest.apiVersion !== undefined) this.requireVersion(principalOf(request).tenant, rest.apiVersion);
    if (rest.url !== undefined) await this.requireUrl(rest.url);
    const owner = ownerOf(request, id);
    requireEndpoint(this.parts, owner);
    if (rest.signature && needsKeyPair(rest.signature.schemes)) await this.ensureKeyPair(owner);
    const changed = headers && (await this.replaceHeaders(owner, headers));
    const changes = changed ? { ...rest, headers: changed } : rest;
    const command = this.commandOf(request, { kind: 'update', changes });
    return this.carriedOut(owner, () => {
      const kept = this.parts.tables.secretsOf(id)?.state;
      // someone else changed them, and told of it, at this moment
      if (changed && kept && !hasHeadersOf(kept, changed.setAtMs)) refuse('endpoint_changed');
      return command();
    });
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    const owner = ownerOf(request, id);
    await changeEndpoint(this.parts, owner, this.commandOf(request, { kind: 'delete' }));
    await changeEndpointSecrets(this.parts, owner, () => noSecrets);
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

  private answer(id: string, request: FastifyRequest, wish: Wish): Promise<EndpointAnswer> {
    return this.carriedOut(ownerOf(request, id), this.commandOf(request, wish));
  }

  private async carriedOut(owner: EndpointOwner, command: () => EndpointCommand): Promise<EndpointAnswer> {
    const state = await changeEndpoint(this.parts, owner, command);
    if (!state) refuse('endpoint_not_found'); // deleted by someone else at this moment
    return this.answerOf(state);
  }

  private answerOf(state: EndpointState): EndpointAnswer {
    const { defaultRetry, nowMs, tables } = this.parts;
    const held = tables.secretsOf(state.id)?.state;
    const atMs = nowMs();
    return endpointAnswer(state, {
      defaultRetry,
      circuit: tables.circuitOf(state.id),
      publicKey: held?.keyPairs[0]?.publicKey ?? null,
      previousSecretExpiresAtMs: graceEndsAtMs(held?.secrets ?? [], atMs),
      nowMs: atMs,
    });
  }

  private commandOf(request: FastifyRequest, wish: Wish): () => EndpointCommand {
    const { actor } = principalOf(request);
    return () => ({ ...wish, actor, nowMs: this.parts.nowMs() });
  }

  /** Before the scheme is on: whoever signs with it finds the key. It stays when the scheme is taken off again. */
  private async ensureKeyPair(owner: EndpointOwner): Promise<void> {
    const pair = await this.parts.vault.newKeyPair(owner);
    await changeEndpointSecrets(this.parts, owner, (before) => {
      if (before.secrets.length === 0) refuse('endpoint_not_found'); // deleted by someone else at this moment
      return before.keyPairs.length > 0 ? null : { ...before, keyPairs: [pair] };
    });
  }

  /**
   * Not in force before the endpoint tells of them: until then the old ones are sent, to the old URL.
   * @returns `undefined` when they are what they were
   */
  private async replaceHeaders(
    owner: EndpointOwner,
    headers: Readonly<Record<string, string>>,
  ): Promise<CustomHeaders | undefined> {
    const { vault, nowMs } = this.parts;
    const names = Object.keys(headers);
    const sealed = await vault.sealHeaders(owner, headers);
    let changed: CustomHeaders | undefined;
    await changeEndpointSecrets(this.parts, owner, async (before) => {
      changed = undefined;
      if (before.secrets.length === 0) refuse('endpoint_not_found'); // as above
      const told = requireEndpoint(this.parts, owner).headers;
      const present = await vault.openHeaders(owner, headersInForce(before, told.setAtMs));
      // the names too: an earlier version may have broken off before it told of them
      const isTold = isDeepStrictEqual([...told.names], names) && !told.clear;
      if (isTold && isDeepStrictEqual({ ...present }, { ...headers })) return null;
      const next = replacedHeaders(before, sealed, { toldAtMs: told.setAtMs, nowMs: nowMs() });
      changed = { names, setAtMs: next.headersSetAtMs };
      return next;
    });
    return changed;
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

function ownerOf(request: FastifyRequest, endpointId: string): EndpointOwner {
  return { tenant: principalOf(request).tenant, endpointId };
}

function headersSet(headers: Readonly<Record<string, string>>, atMs: number): CustomHeaders {
  const names = Object.keys(headers);
  return names.length === 0 ? noCustomHeaders : { names, setAtMs: atMs };
}
