import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { eventsQuery, listQuery } from '@postel/contracts';
import { principalOf, refuse, validQuery } from '@postel/http-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';
import { withNextAttempts } from '../read-deliveries/next-attempts.js';
import { eventAnswer } from './event-answer.js';

const json = 'application/json; charset=utf-8';

@Controller('v1/events')
export class ReadEventsController {
  constructor(@Inject(METRICS_PARTS) private readonly parts: MetricsParts) {}

  @Get()
  async list(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { since, until, ...filter } = validQuery(eventsQuery, query);
    const { items, nextCursor } = await this.parts.database().events.list(principalOf(request).tenant, {
      ...filter,
      ...(since ? { sinceMs: Date.parse(since) } : {}),
      ...(until ? { untilMs: Date.parse(until) } : {}),
    });
    const data = items.map(eventAnswer).filter((answer) => answer !== null);
    void reply
      .header('content-type', json)
      .send(`{"data":[${data.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`);
  }

  @Get(':id')
  async get(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const archived = await this.parts.database().events.find(principalOf(request).tenant, id);
    const answer = archived ? eventAnswer(archived) : null;
    void reply.header('content-type', json).send(answer ?? refuse('event_not_found'));
  }

  @Get(':id/deliveries')
  async deliveries(
    @Param('id') id: string,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    const { tenant } = principalOf(request);
    const page = validQuery(listQuery, query);
    const database = this.parts.database();
    const { items, nextCursor } = await database.deliveries.list(tenant, { ...page, eventId: id });
    if (items.length === 0 && !(await database.events.find(tenant, id))) refuse('event_not_found');
    return { data: await withNextAttempts(items, this.parts), nextCursor };
  }
}
