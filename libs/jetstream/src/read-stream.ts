import { AckPolicy, DeliverPolicy, ReplayPolicy, type Consumer } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { StreamName } from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { incomingMessageOf, type IncomingMessage } from './incoming-message.js';
import { hasMessageBetween } from './last-sequence.js';

export interface ReadStreamOptions {
  readonly stream: StreamName;
  /** All of the stream without it. */
  readonly filters?: readonly string[];
  /** Only what comes after this position, */
  readonly after: number;
  /** and no further than this one, which the stream must have reached. */
  readonly upTo: number;
  /** Without payloads. */
  readonly headersOnly?: boolean;
  readonly maxBatch?: number;
  readonly signal: AbortSignal;
  /** In stream order, one batch at a time. */
  readonly onBatch: (batch: readonly IncomingMessage[]) => Promise<void> | void;
}

/** What is not there after so long is asked for at the leader. */
const patienceMs = 1_000;
const answerMs = 5_000;

/**
 * Reads a part of a stream once, from a position that its reader keeps: what {@link followStream} does for ever.
 * @throws what `onBatch` throws; when the broker is away; when a message was skipped, or the replica that is read is behind
 */
export async function readStream(broker: Broker, options: ReadStreamOptions): Promise<void> {
  const { after, filters, headersOnly, signal, stream, upTo } = options;
  if (upTo <= after || signal.aborted) return;
  const info = await broker.jsm.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    replay_policy: ReplayPolicy.Instant,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: after + 1,
    inactive_threshold: nanos(30_000),
    mem_storage: true,
    num_replicas: 1,
    ...(filters ? { filter_subjects: [...filters] } : {}),
    ...(headersOnly ? { headers_only: true } : {}),
  });
  try {
    const consumer = await broker.js.consumers.get(stream, info.name);
    const reached = await readAll(consumer, options, info.num_pending);
    // positions have gaps: what was deleted does not come
    const rest = { after: reached, upTo, filters: filters ?? ['>'], timeoutMs: answerMs };
    if (reached < upTo && !signal.aborted && (await hasMessageBetween(broker, stream, rest)))
      throw new Error(`${stream} could not be read beyond ${reached}`);
  } finally {
    await broker.jsm.consumers.delete(stream, info.name).catch(() => false); // gone already with its broker
  }
}

/** @returns the last position that came */
async function readAll(consumer: Consumer, options: ReadStreamOptions, pending: number): Promise<number> {
  const { onBatch, signal, upTo } = options;
  let reached = options.after;
  let left = pending;
  let expected = 1;
  while (reached < upTo && !signal.aborted) {
    const batch: IncomingMessage[] = [];
    const size = options.maxBatch ?? 500;
    // nothing more is there for this consumer: a replica may be a moment behind, or the last ones were deleted
    const wanted = left > 0 ? Math.min(left, size) : size;
    for await (const message of await consumer.fetch({ max_messages: wanted, expires: patienceMs })) {
      if (message.info.deliverySequence !== expected)
        throw new Error(
          `a gap: message ${message.info.deliverySequence} came where ${expected} was expected`,
        );
      expected += 1;
      left = message.info.pending;
      reached = message.seq;
      if (reached <= upTo) batch.push(incomingMessageOf(message));
    }
    if (batch.length > 0) await onBatch(batch);
    else if (left === 0 || reached < upTo) break;
  }
  return reached;
}
