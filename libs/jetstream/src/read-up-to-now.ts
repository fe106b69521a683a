import { AckPolicy, DeliverPolicy, ReplayPolicy, type Consumer } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { StreamName } from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { incomingMessageOf, type IncomingMessage } from './incoming-message.js';
import { hasMessageBetween, lastSequenceNow } from './last-sequence.js';
import { firstSequenceSince } from './read-message.js';

/** From this position on, or what was stored from this time on. */
export type ReadFrom = { readonly seq: number } | { readonly timeMs: number };

/** A reader that is slower than this between two batches has gone away. */
const patienceMs = 120_000;
const messagesAtOnce = 16;
/** For the broker, to say how far a stream is. */
const answerMs = 5_000;

/**
 * What a stream holds up to now, batch by batch, each fetched when the reader is done with the one before.
 * @throws when the broker is away, or the reader too slow; when the replica that is read is behind
 */
export async function* readUpToNow(
  broker: Broker,
  stream: StreamName,
  filter: string,
  from: ReadFrom,
): AsyncGenerator<readonly IncomingMessage[]> {
  const end = await lastSequenceNow(broker, stream, answerMs);
  const first = 'seq' in from ? Math.max(1, from.seq) : await firstSequenceSince(broker, stream, from.timeMs);
  if (first === null || first > end) return;
  const info = await broker.jsm.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    replay_policy: ReplayPolicy.Instant,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: first,
    filter_subjects: [filter],
    inactive_threshold: nanos(patienceMs),
    mem_storage: true,
    num_replicas: 1,
  });
  let reached = first - 1;
  try {
    const consumer = await broker.js.consumers.get(stream, info.name);
    for (let isLeft = info.num_pending > 0; isLeft;) {
      const batch = await fetchSome(consumer);
      const wanted = batch.filter(({ seq }) => seq <= end);
      reached = wanted.at(-1)?.seq ?? reached;
      if (wanted.length > 0) yield wanted;
      const last = batch.at(-1);
      // what was not yet read may have been purged meanwhile
      isLeft = last ? last.seq < end && last.behind > 0 : (await consumer.info()).num_pending > 0;
    }
  } finally {
    await broker.jsm.consumers.delete(stream, info.name).catch(() => false); // gone already with its broker
  }
  const rest = { after: reached, upTo: end, filters: [filter], timeoutMs: answerMs };
  if (await hasMessageBetween(broker, stream, rest))
    throw new Error(`${stream} could not be read beyond ${reached}`);
}

async function fetchSome(consumer: Consumer): Promise<readonly IncomingMessage[]> {
  const batch: IncomingMessage[] = [];
  for await (const message of await consumer.fetch({ max_messages: messagesAtOnce, expires: 2_000 }))
    batch.push(incomingMessageOf(message));
  return batch;
}
