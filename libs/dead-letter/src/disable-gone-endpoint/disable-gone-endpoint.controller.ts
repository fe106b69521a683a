import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { disableGoneConsumer, parseFacts, type DeliveryDied } from '@postel/contracts';
import { decideEndpoint } from '@postel/domain';
import { ack, changeConfig, type IncomingMessage, type Outcome } from '@postel/jetstream';
import { DEAD_LETTER_PARTS, type DeadLetterParts } from '../parts.js';

/** A receiver that answered 410 asked to be left alone: its endpoint is disabled (Standard Webhooks). */
@Controller()
export class DisableGoneEndpointController {
  constructor(@Inject(DEAD_LETTER_PARTS) private readonly parts: DeadLetterParts) {}

  @EventPattern<string>(disableGoneConsumer.durable)
  handle(@Payload() batch: readonly IncomingMessage[]): Promise<Outcome>[] {
    return batch.map((message) => this.handleOne(message));
  }

  private async handleOne(message: IncomingMessage): Promise<Outcome> {
    for (const { fact } of parseFacts(message.payload)) {
      if (fact.fact === 'delivery.died' && fact.reason === 'gone') await this.disable(fact);
    }
    return ack();
  }

  private async disable({ tenant, endpointId, atMs }: DeliveryDied): Promise<void> {
    const { tables, writer, logger, nowMs } = this.parts;
    const result = await changeConfig({
      tables,
      writer,
      kind: 'endpoint',
      tenant,
      id: endpointId,
      decide: (state) =>
        // someone changed it since that answer: they know better
        !state || state.updatedAtMs > atMs
          ? { ok: true, facts: [] }
          : decideEndpoint({ kind: 'disable', reason: 'gone', actor: 'postel', nowMs: nowMs() }, state),
    });
    if (!result.ok) throw new Error(`endpoint ${endpointId} could not be disabled: ${result.refusal.code}`);
    if (result.changed) logger.info({ tenant, endpointId, reason: 'gone' }, 'endpoint disabled');
  }
}
