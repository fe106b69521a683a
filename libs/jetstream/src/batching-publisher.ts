import { headers as natsHeadersOf, type MsgHdrs } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Broker } from './connect-broker.js';
import { brokerCodes, PublishError, publishErrorOf, type BrokerReply } from './publish-error.js';

export interface OutgoingMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** `Nats-Msg-Id`: a repetition within the stream's duplicate window is not stored again. */
  readonly messageId?: string;
}

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
}

const defaults: BatchingOptions = {
  maxMessages: 500,
  maxBatchBytes: 4 * 1024 * 1024,
  maxInFlight: 2,
  timeoutMs: 10_000,
};

/** A batch that was refused and is no larger is sent as single messages. */
const singlyBelow = 16;

interface Waiting {
  readonly message: OutgoingMessage;
  readonly resolve: (published: Published) => void;
  readonly reject: (error: PublishError) => void;
}

/**
 * Publishes to one stream, each message confirmed by itself. What is waiting goes together in one atomic batch
 * (NATS ADR-50): one fsync for all of it.
 *
 *   queue ──(a slot is free)──▶ one message: plain publish
 *                        ╰────▶ several: atomic batch ──▶ stored, all
 *                                       ├─ a duplicate or a bad message: bisect, so that only it fails
 *                                       ├─ too many open batches: wait and send it again
 *                                       ╰─ no space, no answer: all fail, each caller is told
 */
export class BatchingPublisher {
  private readonly options: BatchingOptions;
  private queue: Waiting[] = [];
  private inFlight = 0;
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
      this.queue.push({ message, resolve, reject });
      this.schedule();
    });
  }

  /** Messages that are not yet confirmed. */
  get pending(): number {
    return this.queue.length + this.inFlight;
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
      this.inFlight += 1;
      void this.send(batch).finally(() => {
        this.inFlight -= 1;
        this.pump();
      });
    }
  }

  private take(): Waiting[] {
    let sizeBytes = 0;
    let count = 0;
    for (const { message } of this.queue) {
      sizeBytes += message.payload.length + 512;
      if (count > 0 && (count >= this.options.maxMessages || sizeBytes > this.options.maxBatchBytes)) break;
      count += 1;
    }
    return this.queue.splice(0, count);
  }

  private async send(batch: Waiting[]): Promise<void> {
    const [first] = batch;
    if (!first) return;
    try {
      if (batch.length === 1) first.resolve(await this.publishOne(first.message));
      else await this.publishBatch(batch);
    } catch (error) {
      const failure = error instanceof PublishError ? error : new PublishError('unavailable', String(error));
      for (const { reject } of batch) reject(failure);
    }
  }

  private async publishOne(message: OutgoingMessage): Promise<Published> {
    const reply = await this.request(message, headersOf(message));
    if (reply.error) throw publishErrorOf(reply.error);
    return { seq: reply.seq ?? 0, duplicate: reply.duplicate ?? false };
  }

  private async publishBatch(batch: Waiting[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      const reply = await this.requestBatch(batch.map(({ message }) => message));
      if (!reply.error) {
        const firstSeq = (reply.seq ?? 0) - batch.length + 1;
        batch.forEach(({ resolve }, index) => resolve({ seq: firstSeq + index, duplicate: false }));
        return;
      }
      const code = reply.error.err_code ?? 0;
      if (!brokerCodes.tooManyBatches.some((known) => known === code))
        return this.afterRefusal(batch, reply.error);
      if (tries >= 50) throw new PublishError('full', 'too many batches are open at the broker', code);
      await delay(Math.min(5 * tries, 100) * (0.5 + Math.random()));
    }
  }

  /**
   * Halves the batch until what the broker objects to is among few; those go singly, all at once and in their order.
   * What is full stays full for all.
   */
  private async afterRefusal(batch: Waiting[], error: NonNullable<BrokerReply['error']>): Promise<void> {
    const failure = publishErrorOf(error);
    if (failure.kind === 'full' || failure.kind === 'conflict') throw failure;
    if (batch.length <= singlyBelow) {
      await Promise.all(batch.map((waiting) => this.send([waiting])));
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await this.send(batch.slice(0, middle));
    await this.send(batch.slice(middle));
  }

  private requestBatch(messages: readonly OutgoingMessage[]): Promise<BrokerReply> {
    const id = randomUUID();
    const last = messages.length - 1;
    for (let i = 0; i < last; i++) {
      const message = messages[i] as OutgoingMessage;
      this.broker.nc.publish(message.subject, message.payload, {
        headers: batchHeadersOf(message, id, i + 1),
      });
    }
    const final = messages[last] as OutgoingMessage;
    const headers = batchHeadersOf(final, id, last + 1);
    headers.set('Nats-Batch-Commit', '1');
    return this.request(final, headers);
  }

  private async request(message: OutgoingMessage, headers: MsgHdrs | undefined): Promise<BrokerReply> {
    // the client would hold it back until the reconnect and then let it time out: say so now
    if (!this.broker.isConnected()) throw notConnected();
    const { subject, payload } = message;
    const options = { timeout: this.options.timeoutMs, ...(headers ? { headers } : {}) };
    return new Promise((resolve, reject) => {
      const calledOff = this.broker.onceLost(() => reject(notConnected()));
      this.broker.nc
        .request(subject, payload, options)
        .then((answer) => resolve(parseReply(answer.data)))
        .catch((error: unknown) => reject(requestFailed(error, subject)))
        .finally(calledOff);
    });
  }
}

function notConnected(): PublishError {
  return new PublishError('unavailable', 'the broker is not connected');
}

function requestFailed(error: unknown, subject: string): PublishError {
  if (error instanceof PublishError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return /no responders/i.test(text)
    ? new PublishError('no_stream', `no stream takes ${subject}`)
    : new PublishError('unavailable', text);
}

/** A broker that acknowledges with something else than JSON is not one; an empty reply is no confirmation. */
function parseReply(data: Uint8Array): BrokerReply {
  try {
    return JSON.parse(new TextDecoder().decode(data)) as BrokerReply;
  } catch {
    throw new PublishError('unavailable', 'the broker gave no readable answer');
  }
}

function headersOf(message: OutgoingMessage): MsgHdrs | undefined {
  if (!message.headers && message.messageId === undefined) return undefined;
  const result = natsHeadersOf();
  for (const name in message.headers) result.set(name, message.headers[name] as string);
  if (message.messageId !== undefined) result.set('Nats-Msg-Id', message.messageId);
  return result;
}

function batchHeadersOf(message: OutgoingMessage, batchId: string, sequence: number): MsgHdrs {
  const result = headersOf(message) ?? natsHeadersOf();
  result.set('Nats-Batch-Id', batchId);
  result.set('Nats-Batch-Sequence', String(sequence));
  return result;
}
