import { Controller, Get, Inject, Param, Query, Req } from '@nestjs/common';
import { configSubject, listQuery, type EndpointChangeAnswer, type EndpointFact } from '@postel/contracts';
import { principalOf, refuse, validQuery } from '@postel/http-api';
import { readBackwards, type PositionedMessage } from '@postel/jetstream';
import type { FastifyRequest } from 'fastify';
import { INGEST_PARTS, type IngestParts } from '../parts.js';
import { describeChange } from './describe-change.js';

/** Every change of an endpoint, from the stream itself; after its deletion too. */
@Controller('v1/endpoints')
export class EndpointHistoryController {
  constructor(@Inject(INGEST_PARTS) private readonly parts: IngestParts) {}

  @Get(':id/history')
  async history(
    @Param('id') id: string,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<{ data: EndpointChangeAnswer[]; nextCursor: string | null }> {
    const { limit, cursor } = validQuery(listQuery, query);
    const upTo = cursor === undefined ? undefined : positionOf(cursor);
    // another tenant's endpoint has another subject: here it has no history
    const subject = configSubject('endpoint', principalOf(request).tenant, id);
    // one more than is shown: a change is told against the one before it
    const messages = await readBackwards(this.parts.broker, 'CONFIG', subject, { limit: limit + 1, upTo });
    if (messages.length === 0 && cursor === undefined) refuse('endpoint_not_found');
    const facts = messages.map(factOf);
    const next = messages[limit];
    return {
      data: facts.slice(0, limit).map((fact, index) => describeChange(fact, facts[index + 1] ?? null)),
      nextCursor: next ? cursorOf(next) : null,
    };
  }
}

function factOf({ payload }: PositionedMessage): EndpointFact {
  return JSON.parse(new TextDecoder().decode(payload)) as EndpointFact;
}

/** Of the first that comes next. */
function cursorOf({ seq }: PositionedMessage): string {
  return Buffer.from(JSON.stringify(['history', seq])).toString('base64url');
}

function positionOf(cursor: string): number {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value) && value[0] === 'history' && Number.isSafeInteger(value[1]) && value[1] > 0)
      return value[1] as number;
  } catch {
    // not one of ours, below
  }
  return refuse('invalid_cursor');
}
