import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { currentApiVersion, natsHeaders, testEndpointRequest, type JsonObject } from '@postel/contracts';
import { deliveryIdOf } from '@postel/domain';
import { principalOf, refuse, traceparentFrom, validBody, type Principal } from '@postel/http-api';
import type { FastifyRequest } from 'fastify';
import { refusalOf, requireEventType } from '../accept-event/accept-event.js';
import { sendEvent } from '../accept-event/send-event.js';
import { INGEST_PARTS, type IngestParts } from '../parts.js';

interface TestEvent {
  readonly principal: Principal;
  readonly endpointId: string;
  readonly eventId: string;
  readonly type: string;
  readonly traceparent: string | undefined;
}

/** A test event goes the way of every event, to one endpoint alone. */
@Controller('v1/endpoints')
export class TestEndpointController {
  constructor(@Inject(INGEST_PARTS) private readonly parts: IngestParts) {}

  @Post(':id/test')
  @HttpCode(202)
  async test(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<{ eventId: string; deliveryId: string }> {
    const principal = principalOf(request);
    const { tenant } = principal;
    const { type: wanted } = validBody(testEndpointRequest, request.body);
    const type = requireEventType(wanted);
    const state = this.parts.tables.endpoint(id)?.state;
    if (!state || state.tenant !== tenant) refuse('endpoint_not_found');
    if (state.status !== 'active') refuse('endpoint_not_active', `The endpoint is ${state.status}.`);
    const eventId = this.parts.newId('evt');
    const traceparent = traceparentFrom(request);
    const seq = await this.publish({ principal, endpointId: id, eventId, type, traceparent });
    return { eventId, deliveryId: deliveryIdOf(eventId, seq, id) };
  }

  /** A receiver that goes by the schema gets what fits it. */
  private exampleOf(tenant: string, type: string): JsonObject | undefined {
    const state = this.parts.tables.table('event-type').get(tenant, type)?.state;
    return state?.schema ? state.examples[0] : undefined;
  }

  private async publish({ principal, endpointId, eventId, type, traceparent }: TestEvent): Promise<number> {
    const { events, firstWords, nowMs, tables, tracing } = this.parts;
    const word = type.slice(0, type.indexOf('.'));
    const { tenant } = principal;
    const unclaim = firstWords.claim(word, principal) ?? refuse('too_many_event_families');
    const envelope = {
      id: eventId,
      type,
      created: Math.floor(nowMs() / 1_000),
      apiVersion: currentApiVersion,
      data: { object: this.exampleOf(tenant, type) ?? { message: 'A test event from Postel.', endpointId } },
    };
    try {
      await firstWords.ensure(word, tenant);
      const headers = {
        [natsHeaders.tenant]: tenant,
        [natsHeaders.configSequence]: String(tables.sequence),
        [natsHeaders.onlyEndpoint]: endpointId,
        ...(traceparent === undefined ? {} : { [natsHeaders.traceparent]: traceparent }),
      };
      const payload = new TextEncoder().encode(JSON.stringify(envelope));
      const { seq } = await sendEvent({ subject: type, payload, headers }, { eventId, events, tracing });
      return seq;
    } catch (error) {
      throw refusalOf(error) ?? error;
    } finally {
      unclaim();
    }
  }
}
