import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { liveDeliveriesQuery, liveEventsQuery, logSubject, type LogFact } from '@postel/contracts';
import { compileFilters, withoutPayload } from '@postel/domain';
import { principalOf, refuse, validQuery } from '@postel/http-api';
import { positionedFacts } from '@postel/jetstream';
import { componentLogger, type Logger } from '@postel/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';
import { DeliveryMessages } from './delivery-messages.js';
import { EventMessages } from './event-messages.js';
import { LiveAnswer } from './live-answer.js';
import type { LiveSource } from './live-message.js';
import { StoredEvents } from './stored-events.js';
import { whereToBegin, type Beginning } from './where-to-begin.js';

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // what stands between may neither keep nor gather it
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  // nothing comes after it on its connection: one that was kept would have to be waited for at a stop
  connection: 'close',
};

/** What happens to a tenant, told as it happens: from LOG, which is there before any table is. */
@Controller('v1/live')
export class LiveController {
  private readonly logger: Logger;

  constructor(@Inject(METRICS_PARTS) private readonly parts: MetricsParts) {
    this.logger = componentLogger(parts.logger, 'live');
  }

  @Get('deliveries')
  deliveries(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { tenant } = principalOf(request);
    const { after, endpointId, status, type } = validQuery(liveDeliveriesQuery, query);
    const { broker, tables } = this.parts;
    if (endpointId !== undefined && tables.endpoint(endpointId)?.state.tenant !== tenant)
      refuse('endpoint_not_found');
    const takesType = compileFilters([type ?? '*']);
    const events = new StoredEvents(broker);
    const messages = new DeliveryMessages(
      { endpointId, takesType, status },
      (id) => tables.endpoint(id)?.state.url,
    );
    return this.answer(request, reply, after, {
      filters: [logSubject(tenant, 'event.fanned_out'), logSubject(tenant, 'delivery.>')],
      messagesOf: async function* (batch) {
        for (const { seq, fact } of positionedFacts(batch))
          yield* messages.of({ seq, fact: await withoutErased(fact, events) });
      },
    });
  }

  @Get('events')
  events(@Query() query: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { tenant } = principalOf(request);
    const { after, events } = validQuery(liveEventsQuery, query);
    const messages = new EventMessages(compileFilters(events ?? ['*']), new StoredEvents(this.parts.broker));
    return this.answer(request, reply, after, {
      filters: [logSubject(tenant, 'event.fanned_out'), logSubject(tenant, 'event.unmatched')],
      messagesOf: (batch) => messages.of(positionedFacts(batch)),
    });
  }

  private async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    after: string | undefined,
    source: LiveSource,
  ): Promise<void> {
    const { broker, live, nowMs } = this.parts;
    // fastify would read it to its end
    if (request.method === 'HEAD') return void reply.headers(headers).send();
    const place = live.take(principalOf(request).tenant);
    let beginning: Beginning;
    try {
      beginning = await whereToBegin(broker, request, after);
    } catch (error) {
      place.leave();
      throw error;
    }
    const answer = new LiveAnswer(
      {
        broker,
        logger: this.logger,
        options: live.options,
        nowMs,
        isStillGood: () => request.isStillGood(),
      },
      beginning,
    );
    place.onStop(() => answer.end('stopping'));
    answer.body.once('close', () => place.leave());
    void reply.headers(headers).send(answer.body);
    void this.run(answer, source, request);
  }

  private async run(answer: LiveAnswer, source: LiveSource, request: FastifyRequest): Promise<void> {
    const { nowMs } = this.parts;
    const { tenant, actor } = principalOf(request);
    const startedAtMs = nowMs();
    const { ended, messages } = await answer.run(source);
    const route = request.routeOptions.url;
    this.logger.info(
      { requestId: request.id, route, tenant, actor, messages, ended, durationMs: nowMs() - startedAtMs },
      'live answer',
    );
  }
}

/** What is said of an event that could not be converted may repeat its payload: not once that was erased. */
async function withoutErased(fact: LogFact, events: StoredEvents): Promise<LogFact> {
  const mayTell = fact.fact !== 'delivery.died' || fact.reason !== 'poison';
  return mayTell || (await events.read(fact.eventSeq)) ? fact : withoutPayload(fact);
}
