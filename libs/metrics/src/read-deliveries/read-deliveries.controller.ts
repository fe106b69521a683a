import { Controller, Get, Inject, Param, Query, Req } from '@nestjs/common';
import { deliveriesQuery, listQuery } from '@postel/contracts';
import { principalOf, refuse, validQuery } from '@postel/http-api';
import type { FastifyRequest } from 'fastify';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';
import { attemptsWithBodies } from './attempt-bodies.js';
import { withNextAttempts } from './next-attempts.js';

@Controller('v1')
export class ReadDeliveriesController {
  constructor(@Inject(METRICS_PARTS) private readonly parts: MetricsParts) {}

  @Get('deliveries')
  list(@Query() query: unknown, @Req() request: FastifyRequest): Promise<unknown> {
    return this.page(principalOf(request).tenant, validQuery(deliveriesQuery, query));
  }

  @Get('deliveries/:id')
  async get(@Param('id') id: string, @Req() request: FastifyRequest): Promise<unknown> {
    const found = await this.parts.database().deliveries.find(principalOf(request).tenant, id);
    const [delivery] = await withNextAttempts([found ?? refuse('delivery_not_found')], this.parts);
    return delivery;
  }

  @Get('deliveries/:id/attempts')
  async attempts(
    @Param('id') id: string,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    const page = validQuery(listQuery, query);
    const { tenant } = principalOf(request);
    const database = this.parts.database();
    const state = (await database.deliveries.findState(tenant, id)) ?? refuse('delivery_not_found');
    const attempts = await database.deliveries.attempts(tenant, id);
    return attemptsWithBodies(state, attempts, page, { database, versions: this.parts.versions });
  }

  @Get('endpoints/:id/deliveries')
  async ofEndpoint(
    @Param('id') id: string,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    const { tenant } = principalOf(request);
    const filter = validQuery(deliveriesQuery.omit({ endpointId: true }), query);
    this.requireEndpoint(tenant, id);
    return this.page(tenant, { ...filter, endpointId: id });
  }

  private async page(
    tenant: string,
    { since, until, ...filter }: ReturnType<typeof validQuery<(typeof deliveriesQuery)['_output']>>,
  ): Promise<unknown> {
    const { items, nextCursor } = await this.parts.database().deliveries.list(tenant, {
      ...filter,
      ...(since ? { sinceMs: Date.parse(since) } : {}),
      ...(until ? { untilMs: Date.parse(until) } : {}),
    });
    return { data: await withNextAttempts(items, this.parts), nextCursor };
  }

  private requireEndpoint(tenant: string, endpointId: string): void {
    if (this.parts.tables.endpoint(endpointId)?.state.tenant !== tenant) refuse('endpoint_not_found');
  }
}
