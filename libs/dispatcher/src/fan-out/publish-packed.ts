import { deliveryPackSubject, encodeDeliveryPack, partitionOfSubject } from '@postel/contracts';
import { isBrokerUnavailable, type BatchingPublisher, type OutgoingMessage } from '@postel/jetstream';

/** A few of the usual size fill a window of the deliverer; larger ones save little more. */
const maxPackDeliveries = 128;
const maxPackBytes = 128 * 1024;

type Publisher = Pick<BatchingPublisher, 'publish'>;

/**
 * First attempts of the same partition go together in one message: each message costs the broker and its clients as much
 * as what is in it (adr/0047). One alone goes as it is.
 * @param stored what has to be stored before
 * @param groups deliveries, by what is told of them
 * @returns for each group, when all of it is stored; it rejects with the error of the first that was not
 */
export function publishPacked(
  publisher: Publisher,
  stored: Promise<void>,
  groups: readonly (readonly OutgoingMessage[])[],
): Promise<unknown>[] {
  const packs = new Packs();
  const placed = groups.map((messages) => messages.map((message) => packs.place(message)));
  const sent = stored.then(() => packs.send(publisher));
  return placed.map((places) =>
    sent.then(() => Promise.all(places.map(({ pack, index }) => pack.sent(index)))),
  );
}

class Packs {
  private readonly all: Pack[] = [];
  /** By partition. */
  private readonly open = new Map<number, Pack>();

  place(message: OutgoingMessage): { readonly pack: Pack; readonly index: number } {
    const partition = partitionOfSubject(message.subject);
    let pack = this.open.get(partition);
    if (!pack?.hasRoomFor(message)) {
      pack = new Pack(partition);
      this.open.set(partition, pack);
      this.all.push(pack);
    }
    return { pack, index: pack.add(message) };
  }

  send(publisher: Publisher): void {
    for (const pack of this.all) pack.send(publisher);
  }
}

class Pack {
  private readonly messages: OutgoingMessage[] = [];
  private sizeBytes = 0;
  /** Each by itself, where the broker did not take the pack. */
  private singly: Promise<readonly Promise<unknown>[] | null> = Promise.resolve(null);

  constructor(private readonly partition: number) {}

  hasRoomFor({ payload }: OutgoingMessage): boolean {
    return this.messages.length < maxPackDeliveries && this.sizeBytes + payload.length <= maxPackBytes;
  }

  add(message: OutgoingMessage): number {
    this.sizeBytes += message.payload.length;
    return this.messages.push(message) - 1;
  }

  send(publisher: Publisher): void {
    const [first, ...others] = this.messages;
    if (first && others.length === 0) this.singly = Promise.resolve([publisher.publish(first)]);
    else this.singly = this.sendTogether(publisher);
  }

  async sent(index: number): Promise<void> {
    const singly = await this.singly;
    await singly?.[index];
  }

  private async sendTogether(publisher: Publisher): Promise<readonly Promise<unknown>[] | null> {
    const payload = encodeDeliveryPack(this.messages.map((message) => message.payload));
    try {
      await publisher.publish({ subject: deliveryPackSubject(this.partition), payload });
      return null;
    } catch (error) {
      if (isBrokerUnavailable(error)) throw error;
      // one of them is what it refuses for good, and that fails alone
      return this.messages.map((message) => publisher.publish(message));
    }
  }
}
