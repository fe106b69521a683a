import { Controller, Delete, HttpCode, Inject, Param, Req } from '@nestjs/common';
import type { ErasureAnswer, EventErased } from '@postel/contracts';
import { principalOf, refuse } from '@postel/http-api';
import type { ArchivedEvent } from '@postel/postgres';
import type { FastifyRequest } from 'fastify';
import { onceArchived } from '../archive-events/once-archived.js';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';

/** A producer may use an id again after the duplicate window; nobody does so more often than this. */
const maxOfOneId = 1_000;

/** The order to erase is a fact; who asks again is told how far that has come. */
@Controller('v1/events')
export class EraseEventController {
  constructor(@Inject(METRICS_PARTS) private readonly parts: MetricsParts) {}

  @Delete(':id')
  @HttpCode(202)
  async erase(@Param('id') id: string, @Req() request: FastifyRequest): Promise<ErasureAnswer> {
    const { tenant, actor } = principalOf(request);
    const { database, log, nowMs } = this.parts;
    const events =
      (await onceArchived(this.parts, async () => {
        const found = await database().events.findAll(tenant, id, maxOfOneId);
        return found.length > 0 ? found : null;
      })) ?? refuse('event_not_found');
    const atMs = nowMs();
    const facts = events
      .filter(({ erasedAtMs }) => erasedAtMs === null)
      .map((event) => erasedFact(event, actor, atMs));
    if (facts.length > 0) await log.append(...facts);
    const state = facts.length > 0 ? null : await database().erasedEvents.stateOf(tenant, id);
    return { eventId: id, state: state ?? 'erasing' };
  }
}

function erasedFact(event: ArchivedEvent, actor: string, atMs: number): EventErased {
  const { tenant, id: eventId, seq: eventSeq, type, acceptedAtMs, createdAtMs, door, valid } = event;
  const about = { tenant, eventId, eventSeq, type, acceptedAtMs, createdAtMs, door, valid };
  return { v: 1, fact: 'event.erased', ...about, atMs, actor };
}
