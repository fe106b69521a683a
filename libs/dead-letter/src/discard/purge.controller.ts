import { Controller, Delete, HttpCode, Inject, Query, Req } from '@nestjs/common';
import { purgeQuery, type FieldError, type PurgeAnswer } from '@postel/contracts';
import { principalOf, RefusalError, validQuery } from '@postel/http-api';
import type { DeadLetterRound } from '@postel/postgres';
import type { FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { afterChanges } from '../after-changes.js';
import { DEAD_LETTER_PARTS, type DeadLetterParts } from '../parts.js';
import { discardDelivery, discardEvent, discardMessage, type Discarding } from './discard-facts.js';

/** Dead letters that are read, and told to the log, at once. */
const roundSize = 1_000;
/** Before a client, or the service that passed the request on, gives up waiting. */
const longestMs = 20_000;
const unconditional: FieldError = {
  path: 'all',
  code: 'required',
  message: 'Give a condition, or all=true for all there are.',
};

/**
 * All dead letters that fit, each by the fact that {@link DiscardController} makes. What was discarded before a crash is
 * discarded; whoever asks again gets the rest.
 */
@Controller('v1/dead-letters')
export class PurgeController {
  constructor(@Inject(DEAD_LETTER_PARTS) private readonly parts: DeadLetterParts) {}

  @Delete()
  @HttpCode(202)
  async purge(@Query() query: unknown, @Req() request: FastifyRequest): Promise<PurgeAnswer> {
    const { since, until, all, ...filter } = validQuery(purgeQuery, query);
    const { tenant, actor } = principalOf(request);
    const isNarrowed = Object.values({ since, until, ...filter }).some((value) => value !== undefined);
    if (!isNarrowed && !all) throw new RefusalError({ code: 'invalid_request', errors: [unconditional] });
    const nowMs = this.parts.nowMs();
    const selection = {
      ...filter,
      ...(since ? { sinceMs: Date.parse(since) } : {}),
      // only what was there when it was asked for: what dies meanwhile was not seen by whoever asks
      untilMs: Math.min(until ? Date.parse(until) : Infinity, nowMs),
    };
    await afterChanges(tenant, 'dead-letters', this.parts);
    const by = { tenant, actor, nowMs, request: randomUUID() };
    let discarded = 0;
    let afterSeq = 0;
    while (this.parts.nowMs() - nowMs < longestMs) {
      const limit = roundSize;
      const round = await this.parts.database().deadLetters.round(tenant, selection, { afterSeq, limit });
      if (round.lastSeq === null) return { discarded, complete: true };
      discarded += await this.discard(round, by);
      afterSeq = round.lastSeq;
    }
    return { discarded, complete: false };
  }

  private async discard({ deliveries, invalid }: DeadLetterRound, by: Discarding): Promise<number> {
    const facts = [
      ...deliveries.flatMap((dead) => {
        const decision = discardDelivery(dead, by);
        return decision.ok ? [decision.fact] : [];
      }),
      ...invalid.map((event) => discardEvent(event, by)),
    ];
    await Promise.all(facts.map((fact) => this.parts.log.publish(discardMessage(fact))));
    return facts.length;
  }
}
