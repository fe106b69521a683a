import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { Req, Res } from '@nestjs/common';
import {
  createTenantRequest,
  defaultTenant,
  listQuery,
  putTenantRequest,
  unchangedDefaultTenant,
  updateTenantRequest,
  type JobAnswer,
  type TenantAnswer,
  type TenantState,
} from '@postel/contracts';
import { decideTenant, isTenantId, type TenantCommand } from '@postel/domain';
import { principalOf, refuse, RefusalError, validBody, validQuery } from '@postel/http-api';
import { changeConfig } from '@postel/jetstream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusalOf } from '../accept-event/accept-event.js';
import { pageOfStates } from '../page-states/page-of-states.js';
import { INGEST_PARTS, type IngestParts } from '../parts.js';
import { tenantAnswer } from './tenant-answer.js';

/** A command without who and when, which the request adds. */
type Wish = TenantCommand extends infer Command
  ? Command extends TenantCommand
    ? Omit<Command, 'id' | 'actor' | 'nowMs'>
    : never
  : never;

/** The operator's alone: the table of routes says so, and the guard holds it. */
@Controller('v1/tenants')
export class ManageTenantsController {
  constructor(@Inject(INGEST_PARTS) private readonly parts: IngestParts) {}

  @Get()
  list(@Query() query: unknown): { data: TenantAnswer[]; nextCursor: string | null } {
    const others = [...this.parts.tables.table('tenant').all()].map(({ state }) => state);
    const isChanged = others.some(({ id }) => id === defaultTenant);
    const states = isChanged ? others : [...others, unchangedDefaultTenant];
    const { items, nextCursor } = pageOfStates(states, validQuery(listQuery, query));
    return { data: items.map(tenantAnswer), nextCursor };
  }

  @Post()
  @HttpCode(201)
  async create(@Body() body: unknown, @Req() request: FastifyRequest): Promise<TenantAnswer> {
    const { id, ...settings } = validBody(createTenantRequest, body);
    return this.answer(await this.change(id, request, { kind: 'create', settings }));
  }

  @Get(':id')
  get(@Param('id') id: string): TenantAnswer {
    return this.answer(this.stateOf(id));
  }

  @Put(':id')
  async put(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TenantAnswer> {
    const settings = validBody(putTenantRequest, body);
    if (!isTenantId(id)) {
      const message = '1 to 64 of a-z 0-9 _ -, beginning with a letter or digit';
      throw new RefusalError({
        code: 'invalid_request',
        errors: [{ path: 'id', code: 'invalid_format', message }],
      });
    }
    const isNew = this.stateOf(id) === null;
    const state = await this.change(id, request, { kind: 'put', settings });
    void reply.code(isNew ? 201 : 200);
    return this.answer(state);
  }

  @Patch(':id')
  async update(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<TenantAnswer> {
    const changes = validBody(updateTenantRequest, body);
    return this.answer(await this.change(id, request, { kind: 'update', changes }));
  }

  /** From here on nobody finds it; what it had is erased by the service metrics, which follows CONFIG for that. */
  @Delete(':id')
  @HttpCode(202)
  async delete(@Param('id') id: string, @Req() request: FastifyRequest): Promise<JobAnswer> {
    const jobId = this.parts.newId('job');
    await this.change(id, request, { kind: 'delete', jobId });
    const now = new Date(this.parts.nowMs()).toISOString();
    return {
      id: jobId,
      kind: 'tenant_erasure',
      tenant: id,
      state: 'queued',
      parameters: {},
      progress: { done: 0, total: null, failed: 0, deliveries: 0 },
      waitingFor: null,
      error: null,
      createdAt: now,
      updatedAt: now,
      completedAt: null,
    };
  }

  private stateOf(id: string): TenantState | null {
    const state = this.parts.tables.table('tenant').get(id, id)?.state ?? null;
    return state ?? (id === defaultTenant ? unchangedDefaultTenant : null);
  }

  private answer(state: TenantState | null): TenantAnswer {
    return state ? tenantAnswer(state) : refuse('tenant_not_found');
  }

  private async change(id: string, request: FastifyRequest, wish: Wish): Promise<TenantState | null> {
    const { tables, writer, logger, nowMs } = this.parts;
    const { actor } = principalOf(request);
    const isErasing = () => tables.deletedTenants.toErase().some(({ tenant }) => tenant === id);
    const result = await changeConfig({
      tables,
      writer,
      kind: 'tenant',
      tenant: id,
      id,
      decide: (state) =>
        decideTenant({ ...wish, id, actor, nowMs: nowMs() }, isErasing() ? 'erasing' : state),
    }).catch((error: unknown) => {
      throw refusalOf(error) ?? error;
    });
    if (!result.ok) throw new RefusalError(result.refusal);
    if (result.changed) logger.info({ tenant: id, actor, command: wish.kind }, 'tenant changed');
    return result.changed || result.state ? result.state : this.stateOf(id);
  }
}
