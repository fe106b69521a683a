import { readMessage, type Broker, type StoredMessage } from '@postel/jetstream';

/** Events as EVENTS has them, by position. */
export class StoredEvents {
  private first = 0;

  constructor(private readonly broker: Broker) {}

  /** @returns `null` for one that was erased, or is past its retention */
  async read(seq: number): Promise<StoredMessage | null> {
    return seq < this.first ? null : readMessage(this.broker, 'EVENTS', seq);
  }

  /** Whether the stream does not reach back to it any more. */
  async isPast(seq: number): Promise<boolean> {
    if (seq >= this.first) this.first = (await this.broker.jsm.streams.info('EVENTS')).state.first_seq;
    return seq < this.first;
  }
}
