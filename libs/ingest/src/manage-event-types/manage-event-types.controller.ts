import { Controller, Delete, Get, HttpCode, Inject, Param, Put, Query, Req } from '@nestjs/common';
import {
  listQuery,
  putEventTypeQuery,
  putEventTypeRequest,
  type EventTypeAnswer,
  type EventTypeState,
} from '@postel/contracts';
import {
  catalogueOf,
  decideEventType,
  inCatalogue,
  parseEventType,
  type EventTypeCommand,
} from '@postel/domain';
import { principalOf, refuse, RefusalError, validBody, validQuery, type Principal } from '@postel/http-api';
import { changeConfig } from '@postel/jetstream';
import type { FastifyRequest } from 'fastify';
import { refusalOf, requireEventType } from '../accept-event/accept-event.js';
import { pageOfStates } from '../page-states/page-of-states.js';
import { INGEST_PARTS, type IngestParts } from '../parts.js';
import { settingsRefusal } from './check-settings.js';
import { versionsRefusal } from './check-versions.js';
import { eventTypeAnswer } from './event-type-answer.js';

/** Put at most; what came in by use has a bound of its own. */
const maxTypes = 5_000;

@Controller('v1/event-types')
export class ManageEventTypesController {
  constructor(@Inject(INGEST_PARTS) private readonly parts: IngestParts) {}

  @Get()
  list(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): { data: EventTypeAnswer[]; nextCursor: string | null } {
    const { tenant } = principalOf(request);
    const stored = this.parts.tables.table('event-type').of(tenant);
    const types = catalogueOf(
      tenant,
      stored.map(({ state }) => state),
    );
    // a name is the id of a type
    const catalogue = types.map((type) => ({ ...type, id: type.name }));
    const { items, nextCursor } = pageOfStates(catalogue, validQuery(listQuery, query));
    return { data: items.map(eventTypeAnswer), nextCursor };
  }

  @Get(':name')
  get(@Param('name') name: string, @Req() request: FastifyRequest): EventTypeAnswer {
    const { tenant } = principalOf(request);
    const found = inCatalogue(tenant, name, this.parts.tables.table('event-type').get(tenant, name)?.state);
    return found ? eventTypeAnswer(found) : refuse('event_type_not_found');
  }

  @Put(':name')
  async put(
    @Param('name') wanted: string,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<EventTypeAnswer> {
    const { actor, tenant } = principalOf(request);
    const name = requireEventType(wanted);
    const force = validQuery(putEventTypeQuery, query).force === 'true';
    const settings = validBody(putEventTypeRequest, request.body);
    const refusal =
      settingsRefusal(settings) ?? (await versionsRefusal({ tenant, name }, settings, this.parts.transforms));
    if (refusal) throw new RefusalError(refusal);
    this.requireRoom(tenant, name);
    await this.ensureFirstWord(name, principalOf(request));
    const { nowMs } = this.parts;
    const state = await this.change(tenant, name, () => ({
      kind: 'put',
      tenant,
      name,
      settings,
      force,
      actor,
      nowMs: nowMs(),
    }));
    return state ? eventTypeAnswer(state) : refuse('event_type_not_found'); // deleted at this moment
  }

  @Delete(':name')
  @HttpCode(204)
  async delete(@Param('name') name: string, @Req() request: FastifyRequest): Promise<void> {
    const { actor, tenant } = principalOf(request);
    const { nowMs } = this.parts;
    await this.change(tenant, name, () => ({ kind: 'delete', tenant, name, actor, nowMs: nowMs() }));
  }

  private async change(
    tenant: string,
    name: string,
    command: () => EventTypeCommand,
  ): Promise<EventTypeState | null> {
    const { logger, tables, writer } = this.parts;
    // what is no name of a type is no subject either
    if (!parseEventType(name).ok) refuse('event_type_not_found');
    const result = await changeConfig({
      tables,
      writer,
      kind: 'event-type',
      tenant,
      id: name,
      decide: (stored) => decideEventType(command(), stored),
    }).catch(asRefusal);
    if (!result.ok) throw new RefusalError(result.refusal);
    if (result.changed) logger.info({ tenant, type: name, command: command().kind }, 'event type changed');
    return result.state;
  }

  private requireRoom(tenant: string, name: string): void {
    const table = this.parts.tables.table('event-type');
    if (table.get(tenant, name)) return;
    const put = table.of(tenant).filter(({ state }) => state.origin !== 'discovered');
    if (put.length >= maxTypes) refuse('too_many_event_types', `So many can be put: ${maxTypes}.`);
  }

  /** Before the type: whoever sees a type can publish it over NATS. */
  private async ensureFirstWord(name: string, principal: Principal): Promise<void> {
    const { firstWords } = this.parts;
    const word = name.slice(0, name.indexOf('.'));
    if (firstWords.has(word)) return;
    const unclaim = firstWords.claim(word, principal) ?? refuse('too_many_event_families');
    await firstWords.ensure(word, principal.tenant).catch(asRefusal).finally(unclaim);
  }
}

function asRefusal(error: unknown): never {
  throw refusalOf(error) ?? error;
}
