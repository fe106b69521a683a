import { Controller, Delete, HttpCode, Inject, Param, Req } from '@nestjs/common';
import type { DeliveryDiscarded, EventDiscarded } from '@postel/contracts';
import { principalOf, refuse, RefusalError, type Principal } from '@postel/http-api';
import type { FastifyRequest } from 'fastify';
import { afterChanges } from '../after-changes.js';
import { DEAD_LETTER_PARTS, type DeadLetterParts } from '../parts.js';
import { discardDelivery, discardEvent, discardMessage } from './discard-facts.js';

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
    await afterChanges(principal.tenant, 'dead-letters', this.parts);
    const fact =
      (await this.ofDelivery(id, principal)) ??
      (await this.ofInvalidEvent(id, principal)) ??
      refuse('dead_letter_not_found');
    await this.parts.log.publish(discardMessage(fact));
  }

  private async ofDelivery(id: string, { tenant, actor }: Principal): Promise<DeliveryDiscarded | null> {
    const [dead] = await this.parts.database().deadLetters.findDeliveries(tenant, [id]);
    if (!dead) return null;
    const decision = discardDelivery(dead, { tenant, actor, nowMs: this.parts.nowMs() });
    if (!decision.ok) throw new RefusalError(decision.refusal);
    return decision.fact;
  }

  private async ofInvalidEvent(id: string, { tenant, actor }: Principal): Promise<EventDiscarded | null> {
    const event = await this.parts.database().deadLetters.findInvalidEvent(tenant, id);
    return event && discardEvent(event, { tenant, actor, nowMs: this.parts.nowMs() });
  }
}
