import { natsHeaders, operatorTenant, opsSubject, type EndpointState } from '@postel/contracts';
import { operationalEventOf, type OperatorNews } from '@postel/domain';
import type { OutgoingMessage } from '@postel/jetstream';
import type { DeadLetterParts } from '../parts.js';

/** Something that happened to an endpoint. */
export interface EndpointNews {
  readonly news: OperatorNews;
  readonly endpoint: Pick<EndpointState, 'id' | 'tenant' | 'url'>;
}

/**
 * What the operator is told are events of the tenant `operator`, which go the way of all events. The operator is never told
 * of endpoints of its own: each failure to tell would be one more thing to tell.
 */
export class TellOperator {
  constructor(private readonly parts: Pick<DeadLetterParts, 'events' | 'tables'>) {}

  /** Resolves when all is on disk; told again, within minutes it is stored once. @throws {PublishError} */
  async tell(all: readonly EndpointNews[]): Promise<void> {
    const { events, tables } = this.parts;
    // whoever deleted that tenant wants no more of it; one that never was may still be read on NATS
    if (tables.deletedTenants.has(operatorTenant)) return;
    const told = all.filter(({ endpoint }) => endpoint.tenant !== operatorTenant);
    await events.publishAll(told.map((news) => this.messageOf(news)));
  }

  private messageOf({ news, endpoint }: EndpointNews): OutgoingMessage {
    const { id, type, envelope } = operationalEventOf(news, endpoint);
    return {
      subject: opsSubject(type),
      payload: envelope,
      headers: {
        [natsHeaders.tenant]: operatorTenant,
        [natsHeaders.configSequence]: String(this.parts.tables.sequence),
      },
      messageId: `${operatorTenant}:${id}`,
    };
  }
}
