import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { maxFactsPerMessage, replayRequest, type EndpointState, type ReplayAnswer } from '@postel/contracts';
import { apiVersionFor, type AcceptedEvent } from '@postel/domain';
import { principalOf, refuse, validBody } from '@postel/http-api';
import type { FastifyRequest } from 'fastify';
import { acceptedEventOf } from '../archive-events/archived-event.js';
import { onceArchived } from '../archive-events/once-archived.js';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';
import { matchingNow, planReplay } from './plan-replay.js';

/** An event again, as new deliveries: the same `webhook-id`, so that a receiver knows it. */
@Controller('v1/events')
export class ReplayEventController {
  constructor(@Inject(METRICS_PARTS) private readonly parts: MetricsParts) {}

  @Post(':id/replay')
  @HttpCode(202)
  async replay(@Param('id') id: string, @Req() request: FastifyRequest): Promise<ReplayAnswer> {
    const { tenant, actor } = principalOf(request);
    const { endpointId } = validBody(replayRequest, request.body ?? {});
    const { database, log, newId, nowMs } = this.parts;
    const archived =
      (await onceArchived(this.parts, () => database().events.find(tenant, id))) ?? refuse('event_not_found');
    if (archived.erasedAtMs !== null) refuse('event_erased', 'There is nothing left to send.');
    const { type, payload, headers, seq, acceptedAtMs } = archived;
    if (!payload) refuse('event_payload_expired');
    const event = archived.valid ? acceptedEventOf(type, payload, headers, seq, acceptedAtMs) : null;
    // nor what the catalogue or the limits of its day refused, which the archive takes for sound
    const refused = await database().deadLetters.notUnderstood([seq]);
    if (!event || refused.has(seq)) refuse('event_not_understood');
    const facts = planReplay(archived, this.targets(tenant, event, endpointId), {
      nowMs: nowMs(),
      actor,
      newDeliveryId: () => newId('dlv'),
      versionOf: ({ apiVersion }) => {
        const known = this.parts.tables.table('event-type').get(tenant, type);
        return apiVersionFor(known, apiVersion);
      },
    });
    for (let start = 0; start < facts.length; start += maxFactsPerMessage)
      await log.append(...facts.slice(start, start + maxFactsPerMessage));
    return {
      eventId: archived.id,
      deliveries: facts.map((fact) => ({ id: fact.deliveryId, endpointId: fact.endpointId })),
    };
  }

  /** One endpoint gets it whatever its filters say; without one it goes where it would go now. */
  private targets(tenant: string, event: AcceptedEvent, endpointId?: string): readonly EndpointState[] {
    const { tables } = this.parts;
    if (endpointId === undefined) return matchingNow(event, tables.endpointsOf(tenant));
    const state = tables.endpoint(endpointId)?.state;
    if (!state || state.tenant !== tenant) refuse('endpoint_not_found');
    if (state.status !== 'active') refuse('endpoint_not_active', `The endpoint is ${state.status}.`);
    return [state];
  }
}
