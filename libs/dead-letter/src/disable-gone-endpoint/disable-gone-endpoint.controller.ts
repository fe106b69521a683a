import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { disableGoneConsumer, parseFacts, type DeliveryDied } from '@postel/contracts';
import { decideEndpoint } from '@postel/domain';
import { ack, changeConfig, type IncomingMessage, type Outcome } from '@postel/jetstream';
import { DEAD_LETTER_PARTS, type DeadLetterParts } from '../parts.js';
import { TellOperator } from '../tell-operator/tell-operator.js';

/** A receiver that answered 410 asked to be left alone: its endpoint is disabled (Standard Webhooks). */
@Controller()
export class DisableGoneEndpointController {
  private readonly operator: TellOperator;

  constructor(@Inject(DEAD_LETTER_PARTS) private readonly parts: DeadLetterParts) {
    this.operator = new TellOperator(parts);
  }

  @EventPattern<string>(disableGoneConsumer.durable)
  handle(@Payload() batch: readonly IncomingMessage[]): Promise<Outcome>[] {
    return batch.map((message) => this.handleOne(message));
  }

  private async handleOne(message: IncomingMessage): Promise<Outcome> {
    for (const { fact } of parseFacts(message.payload)) {
      if (fact.fact === 'delivery.died' && fact.reason === 'gone')
        await this.disable(fact, message.deliveryCount > 1);
    }
    return ack();
  }

  /** @param isAgain it may have been done before a crash, and the operator not told */
  private async disable({ tenant, endpointId, atMs }: DeliveryDied, isAgain: boolean): Promise<void> {
    const { tables, writer, logger, meters, nowMs } = this.parts;
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
    const { changed, state } = result;
    const isGone = state?.status === 'disabled' && state.disabledReason === 'gone';
    if (!isGone || !(changed || isAgain)) return;
    await this.operator.tell([
      { news: { kind: 'disabled', reason: 'gone', atMs: state.updatedAtMs }, endpoint: state },
    ]);
    if (changed) meters.alerts.inc({ kind: 'disabled' });
    if (changed) logger.info({ tenant, endpointId, reason: 'gone' }, 'endpoint disabled');
  }
}
