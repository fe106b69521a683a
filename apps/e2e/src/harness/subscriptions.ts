import type { CreatedEndpoint } from './api-client.js';
import { startCountingReceiver, type CountedAnswerer, type CountingReceiver } from './counting-receiver.js';
import type { Fleet } from './fleet.js';

/** An endpoint with a receiver of its own, for a type of events that nobody else wants. */
export interface Subscription {
  readonly type: string;
  readonly receiver: CountingReceiver;
  readonly endpoint: CreatedEndpoint;
}

/** The subscriptions of one journey, and what is published for them. */
export class Subscriptions {
  private readonly receivers: CountingReceiver[] = [];
  private types = 0;

  constructor(
    private readonly fleet: Pick<Fleet, 'api'>,
    /** Second word of its types. */
    private readonly word: string,
  ) {}

  /** Closed with the others. */
  async receiver(answer?: CountedAnswerer): Promise<CountingReceiver> {
    const receiver = await startCountingReceiver(answer);
    this.receivers.push(receiver);
    return receiver;
  }

  async add(settings: object, answer?: CountedAnswerer): Promise<Subscription> {
    const receiver = await this.receiver(answer);
    const type = `order.${this.word}_${(this.types += 1)}`;
    const endpoint = await this.fleet.api.createEndpoint({ url: receiver.url, events: [type], ...settings });
    return { type, receiver, endpoint };
  }

  /** @returns the ids of the events */
  async publish({ type }: Pick<Subscription, 'type'>, count: number): Promise<string[]> {
    const events = Array.from({ length: count }, (_, n) => ({ type, data: { object: { n } } }));
    const { accepted } = await this.fleet.api.publishBatch(events);
    if (accepted.length !== count) throw new Error(`${accepted.length} of ${count} events were accepted`);
    return accepted.map(({ id }) => id);
  }

  async close(): Promise<void> {
    await Promise.all(this.receivers.map((receiver) => receiver.close()));
  }
}
