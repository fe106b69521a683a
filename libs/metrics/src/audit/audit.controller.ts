import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import { auditQuery } from '@postel/contracts';
import { principalOf, validQuery } from '@postel/http-api';
import type { FastifyRequest } from 'fastify';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';

@Controller('v1/audit')
export class AuditController {
  constructor(@Inject(METRICS_PARTS) private readonly parts: MetricsParts) {}

  @Get()
  async list(@Query() query: unknown, @Req() request: FastifyRequest): Promise<unknown> {
    const { since, until, ...filter } = validQuery(auditQuery, query);
    const { items, nextCursor } = await this.parts.database().audit.list(principalOf(request).tenant, {
      ...filter,
      ...(since ? { sinceMs: Date.parse(since) } : {}),
      ...(until ? { untilMs: Date.parse(until) } : {}),
    });
    return { data: items, nextCursor };
  }
}
