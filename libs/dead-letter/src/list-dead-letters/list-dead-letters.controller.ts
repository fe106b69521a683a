import { Controller, Get, Inject, Param, Query, Req } from '@nestjs/common';
import { deadLettersQuery } from '@postel/contracts';
import { principalOf, refuse, validQuery } from '@postel/http-api';
import type { FastifyRequest } from 'fastify';
import { DEAD_LETTER_PARTS, type DeadLetterParts } from '../parts.js';

@Controller('v1/dead-letters')
export class ListDeadLettersController {
  constructor(@Inject(DEAD_LETTER_PARTS) private readonly parts: DeadLetterParts) {}

  @Get()
  async list(@Query() query: unknown, @Req() request: FastifyRequest): Promise<unknown> {
    const { since, until, ...filter } = validQuery(deadLettersQuery, query);
    const { items, nextCursor } = await this.parts.database().deadLetters.list(principalOf(request).tenant, {
      ...filter,
      ...(since ? { sinceMs: Date.parse(since) } : {}),
      ...(until ? { untilMs: Date.parse(until) } : {}),
    });
    return { data: items, nextCursor };
  }

  @Get(':id')
  async get(@Param('id') id: string, @Req() request: FastifyRequest): Promise<unknown> {
    const { tenant } = principalOf(request);
    const { deadLetters } = this.parts.database();
    const deadLetter = (await deadLetters.find(tenant, id)) ?? refuse('dead_letter_not_found');
    if (deadLetter.reason !== 'invalid_event') return deadLetter;
    const invalid = await deadLetters.findInvalidEvent(tenant, id);
    return {
      ...deadLetter,
      ...(invalid?.raw ? { payload: Buffer.from(invalid.raw.payload).toString('base64') } : {}),
    };
  }
}
