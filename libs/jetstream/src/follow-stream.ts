import { setTimeout as delay } from 'node:timers/promises';
import {
  AckPolicy,
  DeliverPolicy,
  ReplayPolicy,
  type Consumer,
  type ConsumerMessages,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { StreamName } from '@postel/contracts';
import { LastingTrouble } from '@postel/telemetry';
import type { Broker } from './connect-broker.js';
import { incomingMessageOf, type IncomingMessage } from './incoming-message.js';
import { hasMessageBetween, lastSequenceNow } from './last-sequence.js';

export interface FollowOptions {
  readonly stream: StreamName;
  readonly filters: readonly string[];
  /** Everything after this position (0: from the beginning), or the last message of each subject and what follows. */
  readonly start: { readonly after: number } | 'last-per-subject';
  readonly maxBatch?: number;
  /** Of their payloads, and what is over with the last one; by default 4 MiB. */
  readonly maxBatchBytes?: number;
  readonly signal: AbortSignal;
  /** In stream order, one batch at a time; when it throws, the same messages come again after a pause. */
  readonly onBatch: (batch: readonly IncomingMessage[]) => Promise<void>;
  /** Nothing more is there at this moment: what the leader had when this began has been handled. */
  readonly onLevel?: () => void;
  /** For some time nothing came: there was nothing for this reader up to that position, which the stream had before. */
  readonly onIdle?: (upTo: number) => Promise<void>;
  /** How long that is (a minute). */
  readonly idleAfterMs?: number;
  /** It could not be read for a while; told once, until it could. */
  readonly onTrouble?: (error: Error) => void;
}

/** A batch is bounded by what it costs to hold and to write, too. */
const defaultMaxBatchBytes = 4 * 1024 * 1024;
/** For the broker, to say how far a stream is. */
const answerMs = 5_000;

/**
 * Reads a stream in order, without gaps and for ever, from a position that its reader keeps: an ephemeral consumer that
 * is made anew after the last good message whenever anything is odd (a lost connection, a restarted broker, a gap).
 * JetStream calls this an ordered consumer; it is done by hand here because a batch must be handled before the
 * position moves, and the library's version moves it on arrival.
 *
 * A consumer of one copy reads what its replica has, which may be behind, or nothing after a lost disk: that there is no
 * more is believed of the leader only, and where nothing comes that the leader has it is made anew.
 *
 * Ends when the signal aborts.
 */
export async function followStream(broker: Broker, options: FollowOptions): Promise<void> {
  let position = options.start === 'last-per-subject' ? null : options.start.after;
  let failures = 0;
  const trouble = new LastingTrouble(() => Date.now());
  while (!options.signal.aborted) {
    try {
      const level = await Level.begin(broker, options);
      const { consumer, pending } = await createConsumer(broker, options, position);
      if (pending === 0) await level.at(position);
      try {
        for await (const handled of batches(consumer, { ...options, broker, level, position })) {
          position = handled ?? position;
          failures = 0;
          trouble.passed();
        }
      } finally {
        // without a connection the client would wait for an answer that cannot come; the broker takes it away by itself
        if (broker.isConnected()) await consumer.delete().catch(() => false); // gone already with its broker
      }
    } catch (error) {
      if (options.signal.aborted) return;
      failures += 1;
      if (trouble.again()) options.onTrouble?.(error instanceof Error ? error : new Error(String(error)));
      await delay(Math.min(100 * 2 ** failures, 2_000), undefined, { signal: options.signal }).catch(
        () => undefined,
      );
    }
  }
}

async function createConsumer(
  broker: Broker,
  options: FollowOptions,
  position: number | null,
): Promise<{ readonly consumer: Consumer; readonly pending: number }> {
  if (!broker.isConnected()) throw new Error('there is no connection to the broker');
  const start =
    position === null
      ? { deliver_policy: DeliverPolicy.LastPerSubject }
      : position === 0
        ? { deliver_policy: DeliverPolicy.All }
        : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: position + 1 };
  const info = await broker.jsm.consumers.add(options.stream, {
    ack_policy: AckPolicy.None,
    replay_policy: ReplayPolicy.Instant,
    filter_subjects: [...options.filters],
    inactive_threshold: nanos(60_000),
    mem_storage: true,
    num_replicas: 1,
    ...start,
  });
  const consumer = await broker.js.consumers.get(options.stream, info.name);
  return { consumer, pending: info.num_pending };
}

/** A message of LOG holds many facts. */
function limitsOf({ maxBatch, stream }: FollowOptions): {
  readonly perBatch: number;
  readonly perFetch: number;
} {
  if (maxBatch !== undefined) return { perBatch: maxBatch, perFetch: maxBatch };
  return stream === 'LOG' ? { perBatch: 512, perFetch: 64 } : { perBatch: 2_000, perFetch: 2_000 };
}

interface Reading extends FollowOptions {
  readonly broker: Broker;
  readonly level: Level;
  /** Where it begins; `null` where that is the last message of each subject. */
  readonly position: number | null;
}

/** Yields the position after each batch that was handled, and `null` whenever nothing had come for a while. */
async function* batches(consumer: Consumer, options: Reading): AsyncGenerator<number | null> {
  const { perBatch, perFetch } = limitsOf(options);
  const maxBatchBytes = options.maxBatchBytes ?? defaultMaxBatchBytes;
  const fetches = new Fetches(consumer, perFetch, options.signal);
  let { position } = options;
  let expected = 1;
  let batch: IncomingMessage[] = [];
  let sizeBytes = 0;
  const handled = async (): Promise<number> => {
    const whole = batch;
    batch = [];
    sizeBytes = 0;
    await options.onBatch(whole);
    position = (whole[whole.length - 1] as IncomingMessage).seq;
    return position;
  };
  const idle = new Idle(options);
  try {
    while (!options.signal.aborted) {
      const before = expected;
      const arriving = await fetches.next();
      let pending = 0;
      for await (const message of arriving) {
        expected = inSequence(message, expected);
        const incoming = incomingMessageOf(message);
        batch.push(incoming);
        sizeBytes += incoming.payload.length;
        ({ pending } = message.info);
        if (expected - before === perFetch && pending > 0) fetches.ask();
        const isFull = batch.length >= perBatch || sizeBytes >= maxBatchBytes;
        // what follows is here or on its way: batches of one size are read and written side by side
        if (!isFull && (pending > 0 || arriving.getPending() > 0)) continue;
        if (options.signal.aborted) return;
        yield await handled();
        if (pending === 0) await options.level.at(position);
      }
      const isBroken = expected - before < perFetch;
      if (isBroken && batch.length > 0 && !options.signal.aborted) yield await handled();
      else yield null;
      if (expected === before) await options.level.lookAgain(position);
      await idle.look(expected === before, position);
    }
  } finally {
    fetches.stop();
  }
}

/** One after the other; what follows may be asked for while the last messages of one are handled: the broker answers meanwhile. */
class Fetches {
  private asked: Promise<ConsumerMessages> | null = null;
  private isStopped = false;
  private readonly open = new Set<ConsumerMessages>();

  constructor(
    private readonly consumer: Consumer,
    private readonly maxMessages: number,
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', this.stop, { once: true });
  }

  ask(): void {
    this.asked = this.fetch();
    this.asked.catch(() => undefined); // it is told to whoever takes it
  }

  async next(): Promise<ConsumerMessages> {
    const asked = this.asked ?? this.fetch();
    this.asked = null;
    return asked;
  }

  /** Of what was asked for nothing more comes. */
  readonly stop = (): void => {
    this.signal.removeEventListener('abort', this.stop);
    this.isStopped = true;
    for (const messages of this.open) messages.stop();
  };

  private async fetch(): Promise<ConsumerMessages> {
    const messages = await this.consumer.fetch({
      max_messages: this.maxMessages,
      expires: 5_000,
      idle_heartbeat: 1_000,
    });
    this.open.add(messages);
    void messages.closed().finally(() => this.open.delete(messages));
    if (this.isStopped) messages.stop(); // while it was asked for
    return messages;
  }
}

/** Tells that all is read which the leader had before the consumer was made. */
class Level {
  private isReached = false;

  private constructor(
    private readonly broker: Broker,
    private readonly options: FollowOptions,
    private readonly end: number,
  ) {}

  static async begin(broker: Broker, options: FollowOptions): Promise<Level> {
    const end = options.onLevel ? await lastSequenceNow(broker, options.stream, answerMs) : 0;
    return new Level(broker, options, end);
  }

  /** The consumer has no more at the moment. */
  async at(position: number | null): Promise<void> {
    const { filters, onLevel, stream } = this.options;
    if (!onLevel) return;
    const left = { after: position ?? 0, upTo: this.end, filters, timeoutMs: answerMs };
    this.isReached ||= !(await hasMessageBetween(this.broker, stream, left));
    if (this.isReached) onLevel();
  }

  /** Nothing came for a while: what it was to wait for may have been deleted. */
  async lookAgain(position: number | null): Promise<void> {
    if (!this.isReached) await this.at(position);
  }
}

/**
 * Looks at the leader while nothing comes. A reader whose filter lets nothing through moves on with the stream, for it
 * would hold what it has no need of; and one whose replica stays behind reads elsewhere.
 */
class Idle {
  private since: { readonly atMs: number; readonly lastSeq: number } | null = null;

  constructor(private readonly options: Reading) {}

  /** @throws when there is something for it that has not come for seconds */
  async look(nothingCame: boolean, position: number | null): Promise<void> {
    const { broker, filters, idleAfterMs = 60_000, onIdle, signal, stream } = this.options;
    if (!nothingCame) this.since = null;
    if (!nothingCame || signal.aborted) return;
    const { since } = this;
    if (since) {
      const missed = { after: position ?? 0, upTo: since.lastSeq, filters, timeoutMs: answerMs };
      if (await hasMessageBetween(broker, stream, missed))
        throw new Error(`${stream} was read where a replica is behind`);
      if (Date.now() - since.atMs < idleAfterMs) return;
      await onIdle?.(since.lastSeq);
    }
    this.since = { atMs: Date.now(), lastSeq: await lastSequenceNow(broker, stream, answerMs) };
  }
}

function inSequence(message: JsMsg, expected: number): number {
  if (message.info.deliverySequence !== expected) {
    throw new Error(`a gap: message ${message.info.deliverySequence} came where ${expected} was expected`);
  }
  return expected + 1;
}
