import { idempotencySubject } from '@postel/contracts';
import { BatchingPublisher, readLastMessage, type Broker } from '@postel/jetstream';
import { createHash } from 'node:crypto';

/** What is known of a webhook that was taken: that it was. */
interface SeenRecord {
  readonly v: 1;
  readonly state: 'received';
  readonly eventId: string;
}

/**
 * Which events of providers have come in, for the 24 hours that the stream IDEMPOTENCY keeps anything: shared by all
 * replicas, and on disk. The id of an event is made of the provider's own, so it stands for both.
 *
 * Two that come at once find nothing here, both publish, and the broker's window of message ids (10 minutes) takes one.
 * A process that dies between event and mark has not answered; what the provider then sends after that window comes
 * twice, with the same event id.
 */
export class SeenWebhooks {
  private readonly publisher: BatchingPublisher;

  constructor(private readonly broker: Broker) {
    this.publisher = new BatchingPublisher(broker);
  }

  /** @throws when the broker does not say */
  async has(tenant: string, eventId: string): Promise<boolean> {
    return (await readLastMessage(this.broker, 'IDEMPOTENCY', subjectOf(tenant, eventId))) !== null;
  }

  /** @throws {PublishError} when the broker cannot take it */
  async add(tenant: string, eventId: string): Promise<void> {
    const record: SeenRecord = { v: 1, state: 'received', eventId };
    await this.publisher.publish({
      subject: subjectOf(tenant, eventId),
      payload: Buffer.from(JSON.stringify(record)),
      headers: {},
    });
  }
}

/** No idempotency key has this hash: theirs are made of another kind of list. */
function subjectOf(tenant: string, eventId: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(['inbound', eventId]))
    .digest('hex');
  return idempotencySubject(tenant, hash);
}
