import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query, Req } from '@nestjs/common';
import {
  createSourceRequest,
  inboundWord,
  listQuery,
  maxSources,
  secretsFaults,
  signatureFaults,
  updateSourceRequest,
  type CreatedSourceAnswer,
  type SourceAnswer,
  type SourceState,
  type UpdateSourceRequest,
} from '@postel/contracts';
import { principalOf, refuse, RefusalError, validBody, validQuery, type Principal } from '@postel/http-api';
import type { FastifyRequest } from 'fastify';
import { refusalOf } from '../accept-event/accept-event.js';
import { pageOfStates } from '../page-states/page-of-states.js';
import { INGEST_PARTS, type IngestParts } from '../parts.js';
import { changeSource, replaceSourceSecrets, type SourceKey } from './change-source.js';
import { sourceAnswer } from './source-answer.js';

@Controller('v1/sources')
export class ManageSourcesController {
  constructor(@Inject(INGEST_PARTS) private readonly parts: IngestParts) {}

  @Post()
  @HttpCode(201)
  async create(@Req() request: FastifyRequest): Promise<CreatedSourceAnswer> {
    const { tenant, actor } = principalOf(request);
    const { name, secrets: given, ...settings } = validBody(createSourceRequest, request.body);
    this.requireRoom(tenant, name);
    await this.ensureInbound(principalOf(request));
    const { newId, nowMs } = this.parts;
    const id = newId('src');
    const key: SourceKey = { id, tenant, name };
    const secret = await this.seal(key, given ?? [undefined]);
    // before the source: whoever sees a source finds its secrets
    await replaceSourceSecrets(this.parts, key, secret.sealed, { mustHave: false });
    const command = () => ({ kind: 'create', id, tenant, name, settings, actor, nowMs: nowMs() }) as const;
    const state = await changeSource(this.parts, key, command).catch(async (error: unknown) => {
      // someone else got the name at this moment: nothing will ever ask for these
      if (error instanceof RefusalError) await replaceSourceSecrets(this.parts, key, [], { mustHave: false });
      throw error;
    });
    return { ...this.answerOf(state as SourceState), secret: given ? null : secret.first };
  }

  @Get()
  list(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): { data: SourceAnswer[]; nextCursor: string | null } {
    const states = this.parts.tables.table('source').of(principalOf(request).tenant);
    const { items, nextCursor } = pageOfStates(
      states.map(({ state }) => state),
      validQuery(listQuery, query),
    );
    return { data: items.map((state) => this.answerOf(state)), nextCursor };
  }

  @Get(':id')
  get(@Param('id') id: string, @Req() request: FastifyRequest): SourceAnswer {
    return this.answerOf(this.requireSource(id, request));
  }

  @Patch(':id')
  async update(@Param('id') id: string, @Req() request: FastifyRequest): Promise<SourceAnswer> {
    const wanted = validBody(updateSourceRequest, request.body);
    const { secrets, ...changes } = wanted;
    const source = this.requireSource(id, request);
    requireFitting(source, wanted);
    const { actor } = principalOf(request);
    const by = () => ({ id, actor, nowMs: this.parts.nowMs() });
    if (secrets) {
      const { sealed } = await this.seal(source, secrets);
      await replaceSourceSecrets(this.parts, source, sealed, { mustHave: true });
      // after it: the history tells what has happened
      await changeSource(this.parts, source, () => ({ kind: 'replace-secrets', ...by() }));
    }
    const state = await changeSource(this.parts, source, () => ({ kind: 'update', changes, ...by() }));
    return state?.id === id ? this.answerOf(state) : refuse('source_not_found'); // deleted at this moment
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    const source = this.requireSource(id, request);
    const { actor } = principalOf(request);
    const { nowMs } = this.parts;
    await changeSource(this.parts, source, () => ({ kind: 'delete', id, actor, nowMs: nowMs() }));
    await replaceSourceSecrets(this.parts, source, [], { mustHave: false });
  }

  private requireSource(id: string, request: FastifyRequest): SourceState {
    const source = this.parts.sources.get(id);
    if (!source || source.tenant !== principalOf(request).tenant) refuse('source_not_found');
    return source;
  }

  private requireRoom(tenant: string, name: string): void {
    const table = this.parts.tables.table('source');
    // told before anything is made; who is quicker at the same moment is found when it is written
    if (table.get(tenant, name)) refuse('source_exists', `There is a source ${name} already.`);
    if (table.of(tenant).length >= maxSources)
      refuse('too_many_sources', `A tenant has so many at most: ${maxSources}.`);
  }

  /** Before the source: what it takes has a subject. */
  private async ensureInbound(principal: Principal): Promise<void> {
    const { firstWords } = this.parts;
    if (firstWords.has(inboundWord)) return;
    if (firstWords.isFull(inboundWord, principal)) refuse('too_many_event_families');
    await firstWords.ensure(inboundWord, principal.tenant).catch((error: unknown) => {
      throw refusalOf(error) ?? error;
    });
  }

  /** @param texts `undefined`: one is made */
  private async seal({ id, tenant }: SourceKey, texts: readonly (string | undefined)[]) {
    const owner = { tenant, endpointId: id };
    const all = await Promise.all(texts.map((text) => this.parts.vault.newSecret(owner, text)));
    return { first: all[0]?.secret ?? null, sealed: all.map(({ sealed }) => sealed) };
  }

  private answerOf(state: SourceState): SourceAnswer {
    return sourceAnswer(state, this.parts.tables.secretsOf(state.id)?.state.secrets.length ?? 0);
  }
}

/** What only its provider tells of a change. @throws {RefusalError} */
function requireFitting({ provider, ...source }: SourceState, wanted: UpdateSourceRequest): void {
  const errors = [
    ...signatureFaults(provider, wanted.signature ?? source.signature),
    ...(wanted.secrets ? secretsFaults(provider, wanted.secrets) : []),
  ];
  if (errors.length > 0) throw new RefusalError({ code: 'invalid_request', errors });
}
