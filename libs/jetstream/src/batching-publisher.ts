import { requestBatch, requestOne, sentSingly, type OutgoingMessage } from './atomic-batch.js';
import type { Broker } from './connect-broker.js';
import { asPublishError, PublishError, publishErrorOf, type BrokerReply } from './publish-error.js';

export interface Published {
  /** Position in the stream; of the original when it is a duplicate. */
  readonly seq: number;
  readonly duplicate: boolean;
}

export interface BatchingOptions {
  /** At most 1,000 messages a batch on the broker's side. */
  readonly maxMessages: number;
  readonly maxBatchBytes: number;
  /** Batches under way at once: the next is sent while the broker fsyncs the one before. */
  readonly maxInFlight: number;
  readonly timeoutMs: number;
  /** What may wait for its turn, each message with what it holds in memory beside its payload; the next is refused. */
  readonly maxWaitingBytes: number;
}

/** Of a message that waits: its caller's request, its headers, its promise. */
const besidePayloadBytes = 1_024;

const defaults: BatchingOptions = {
  maxMessages: 500,
  maxBatchBytes: 4 * 1024 * 1024,
  maxInFlight: 2,
  timeoutMs: 10_000,
  maxWaitingBytes: Infinity,
};

interface Waiting {
  readonly message: OutgoingMessage;
  readonly resolve: (published: Published) => void;
  readonly reject: (error: PublishError) => void;
}

/** Messages of one caller, of which it wants to know when all are stored. */
class Group {
  private failure: PublishError | null = null;

  constructor(
    private left: number,
    private readonly done: (failure: PublishError | null) => void,
  ) {}

  readonly resolve = (): void => {
    this.left -= 1;
    if (this.left === 0) this.done(this.failure);
  };

  readonly reject = (error: PublishError): void => {
    this.failure ??= error;
    this.resolve();
  };
}

/**
 * Publishes to one stream, each message confirmed by itself. What is waiting goes together in one atomic batch
 * (NATS ADR-50): one fsync for all of it.
 *
 *   queue ──(a slot is free)──▶ a few messages: plain publishes, all at once and in their order
 *                        ╰────▶ more: atomic batch ──▶ stored, all
 *                                       ├─ a duplicate or a bad message: bisect, so that only it fails
 *                                       ├─ too many open batches: wait and send it again
 *                                       ╰─ no space, no answer: all fail, each caller is told; and with no answer what
 *                                          waits too, where nothing at all was stored meanwhile
 *   (more waits than may) ──▶ refused at once
 *
 * A batch that is sent again comes behind the one that was sent after it. So what is ordered waits in the queue while
 * something of its order is under way in another batch.
 */
export class BatchingPublisher {
  private readonly options: BatchingOptions;
  private queue: Waiting[] = [];
  private waitingBytes = 0;
  private inFlight = 0;
  private storedCount = 0;
  /** Orders of which something is under way. */
  private readonly ordersInFlight = new Set<string>();
  private scheduled = false;

  constructor(
    private readonly broker: Broker,
    options: Partial<BatchingOptions> = {},
  ) {
    this.options = { ...defaults, ...options };
  }

  /** @throws {PublishError} */
  publish(message: OutgoingMessage): Promise<Published> {
    return new Promise((resolve, reject) => {
      this.enqueue({ message, resolve, reject });
      this.schedule();
    });
  }

  /** Resolves when all are stored. @throws {PublishError} of the first that was not, when all are told */
  publishAll(messages: readonly OutgoingMessage[]): Promise<void> {
    if (messages.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const { resolve: one, reject: failed } = new Group(messages.length, (failure) =>
        failure ? reject(failure) : resolve(),
      );
      for (const message of messages) this.enqueue({ message, resolve: one, reject: failed });
      this.schedule();
    });
  }

  /** Messages that are not yet confirmed. */
  get pending(): number {
    return this.queue.length + this.inFlight;
  }

  private enqueue(waiting: Waiting): void {
    const sizeBytes = heldBytes(waiting.message);
    if (this.waitingBytes + sizeBytes > this.options.maxWaitingBytes) {
      waiting.reject(new PublishError('full', 'too much waits for the broker already'));
      return;
    }
    this.waitingBytes += sizeBytes;
    this.queue.push(waiting);
  }

  // one turn of the event loop later, so that all that this turn publishes goes together
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.pump();
    });
  }

  private pump(): void {
    while (this.inFlight < this.options.maxInFlight && this.queue.length > 0) {
      const batch = this.take();
      if (batch.length === 0) return; // all of it waits for what is under way
      const orders = ordersOf(batch);
      for (const order of orders) this.ordersInFlight.add(order);
      this.inFlight += 1;
      const storedBefore = this.storedCount;
      void this.send(batch).then((noAnswer) => {
        if (noAnswer && this.storedCount === storedBefore) this.refuseWaiting(noAnswer);
        for (const order of orders) this.ordersInFlight.delete(order);
        this.inFlight -= 1;
        this.pump();
      });
    }
  }

  /** The broker stores nothing: what waits would have to wait as long again to be told the same. */
  private refuseWaiting(failure: PublishError): void {
    const waiting = this.queue;
    this.queue = [];
    for (const { message, reject } of waiting) {
      this.waitingBytes -= heldBytes(message);
      reject(failure);
    }
  }

  private take(): Waiting[] {
    const batch: Waiting[] = [];
    const passedOver: Waiting[] = [];
    let sizeBytes = 0;
    let looked = 0;
    for (const waiting of this.queue) {
      const { orderedBy, payload } = waiting.message;
      if (orderedBy !== undefined && this.ordersInFlight.has(orderedBy)) passedOver.push(waiting);
      else {
        sizeBytes += payload.length + 512;
        const { maxBatchBytes, maxMessages } = this.options;
        if (batch.length > 0 && (batch.length >= maxMessages || sizeBytes > maxBatchBytes)) break;
        batch.push(waiting);
      }
      looked += 1;
    }
    this.queue = passedOver.concat(this.queue.slice(looked));
    for (const { message } of batch) this.waitingBytes -= heldBytes(message);
    return batch;
  }

  /** Tells each caller. @returns why the broker gave no answer, if it gave none */
  private async send(batch: Waiting[]): Promise<PublishError | null> {
    if (batch.length <= sentSingly) {
      const failures = await Promise.all(batch.map((waiting) => this.sendOne(waiting)));
      return failures.find((failure) => failure !== null) ?? null;
    }
    try {
      return await this.publishBatch(batch);
    } catch (error) {
      const failure = asPublishError(error);
      for (const { reject } of batch) reject(failure);
      return asNoAnswer(failure);
    }
  }

  private async sendOne({ message, resolve, reject }: Waiting): Promise<PublishError | null> {
    try {
      const { error, seq, duplicate } = await requestOne(this.broker, message, this.options.timeoutMs);
      if (error) reject(publishErrorOf(error));
      else this.confirm(resolve, { seq: seq ?? 0, duplicate: duplicate ?? false });
      return null;
    } catch (error) {
      const failure = asPublishError(error);
      reject(failure);
      return asNoAnswer(failure);
    }
  }

  private async publishBatch(batch: Waiting[]): Promise<PublishError | null> {
    const messages = batch.map(({ message }) => message);
    const reply = await requestBatch(this.broker, messages, this.options.timeoutMs);
    if (reply.error) return this.afterRefusal(batch, reply.error);
    const firstSeq = (reply.seq ?? 0) - batch.length + 1;
    batch.forEach(({ resolve }, index) => this.confirm(resolve, { seq: firstSeq + index, duplicate: false }));
    return null;
  }

  private confirm(resolve: Waiting['resolve'], published: Published): void {
    this.storedCount += 1;
    resolve(published);
  }

  /**
   * Halves the batch until what the broker objects to is among few, which go singly.
   * What is full stays full for all. A broker whose disk is full refuses batches and does not answer single messages:
   * who waits for that few by few keeps the last of them waiting for minutes.
   */
  private async afterRefusal(
    batch: Waiting[],
    error: NonNullable<BrokerReply['error']>,
  ): Promise<PublishError | null> {
    const failure = publishErrorOf(error);
    if (failure.kind === 'full' || failure.kind === 'conflict') throw failure;
    const middle = Math.ceil(batch.length / 2);
    const noAnswer = await this.send(batch.slice(0, middle));
    if (!noAnswer) return this.send(batch.slice(middle));
    for (const { reject } of batch.slice(middle)) reject(noAnswer);
    return noAnswer;
  }
}

function asNoAnswer(failure: PublishError): PublishError | null {
  return failure.kind === 'unavailable' ? failure : null;
}

function ordersOf(batch: readonly Waiting[]): ReadonlySet<string> {
  const orders = new Set<string>();
  for (const { message } of batch) if (message.orderedBy !== undefined) orders.add(message.orderedBy);
  return orders;
}

function heldBytes({ payload }: OutgoingMessage): number {
  return payload.length + besidePayloadBytes;
}
