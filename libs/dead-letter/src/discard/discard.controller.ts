import { Controller, Delete, HttpCode, Inject, Param, Req } from '@nestjs/common';
import { encodeFacts, factSubject, type DeliveryDiscarded, type EventDiscarded } from '@postel/contracts';
import { decideDiscard, finishedState } from '@postel/domain';
import { principalOf, refuse, RefusalError, type Principal } from '@postel/http-api';
import type { FastifyRequest } from 'fastify';
import { DEAD_LETTER_PARTS, type DeadLetterParts } from '../parts.js';

/**
 * Nobody wants to see a dead letter any more: one fact, and the tables follow. A delivery that was discarded can still be
 * retried by hand.
 */
@Controller('v1/dead-letters')
export class DiscardController {
  constructor(@Inject(DEAD_LETTER_PARTS) private readonly parts: DeadLetterParts) {}

  @Delete(':id')
  @HttpCode(204)
  async discard(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    const principal = principalOf(request);
    const fact =
      (await this.ofDelivery(id, principal)) ??
      (await this.ofInvalidEvent(id, principal)) ??
      refuse('dead_letter_not_found');
    // asked for twice at the same time it is one fact: its message id says what it is about
    const about = fact.fact === 'event.discarded' ? fact.eventSeq : `${fact.deliveryId}:${fact.hop}`;
    await this.parts.log.publish({
      subject: factSubject(fact),
      payload: encodeFacts([fact]),
      messageId: `${about}:${fact.fact}`,
    });
  }

  private async ofDelivery(id: string, { tenant, actor }: Principal): Promise<DeliveryDiscarded | null> {
    const { deadLetters } = this.parts.database();
    const [dead] = await deadLetters.findDeliveries(tenant, [id]);
    if (!dead) return null;
    const nowMs = this.parts.nowMs();
    const state = { ...finishedState(dead, nowMs), status: 'dead', reason: dead.reason } as const;
    const decision = decideDiscard(state, actor, nowMs);
    if (!decision.ok) throw new RefusalError(decision.refusal);
    return decision.fact;
  }

  private async ofInvalidEvent(id: string, { tenant, actor }: Principal): Promise<EventDiscarded | null> {
    const event = await this.parts.database().deadLetters.findInvalidEvent(tenant, id);
    if (!event) return null;
    const { eventId, eventSeq, type, acceptedAtMs } = event;
    const atMs = this.parts.nowMs();
    return { v: 1, fact: 'event.discarded', tenant, eventId, eventSeq, type, acceptedAtMs, atMs, actor };
  }
}
