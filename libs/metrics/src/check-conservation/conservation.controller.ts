import { Controller, Get, Inject, Req } from '@nestjs/common';
import type { ConservationAnswer } from '@postel/contracts';
import { principalOf } from '@postel/http-api';
import type { FastifyRequest } from 'fastify';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';
import { conservationAnswer } from './conservation-answer.js';

@Controller('v1/conservation')
export class ConservationController {
  constructor(@Inject(METRICS_PARTS) private readonly parts: MetricsParts) {}

  @Get()
  async get(@Req() request: FastifyRequest): Promise<ConservationAnswer> {
    const { database, nowMs } = this.parts;
    return conservationAnswer(await database().conservation.report(principalOf(request).tenant), nowMs());
  }
}
