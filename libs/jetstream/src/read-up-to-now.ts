import { AckPolicy, DeliverPolicy, ReplayPolicy, type Consumer } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { StreamName } from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { incomingMessageOf, type IncomingMessage } from './incoming-message.js';

/** From this position on, or what was stored from this time on. */
export type ReadFrom = { readonly seq: number } | { readonly timeMs: number };

/** A reader that is slower than this between two batches has gone away. */
const patienceMs = 120_000;
const messagesAtOnce = 16;

/**
 * What a stream holds up to now, batch by batch, each fetched when the reader is done with the one before.
 * @throws when the broker is away, or the reader too slow
 */
export async function* readUpToNow(
  broker: Broker,
  stream: StreamName,
  filter: string,
  from: ReadFrom,
): AsyncGenerator<readonly IncomingMessage[]> {
  const { last_seq: end } = (await broker.jsm.streams.info(stream)).state;
  const start =
    'seq' in from
      ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: Math.max(1, from.seq) }
      : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(from.timeMs).toISOString() };
  const info = await broker.jsm.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    replay_policy: ReplayPolicy.Instant,
    filter_subjects: [filter],
    inactive_threshold: nanos(patienceMs),
    mem_storage: true,
    num_replicas: 1,
    ...start,
  });
  try {
    const consumer = await broker.js.consumers.get(stream, info.name);
    for (let isLeft = info.num_pending > 0; isLeft;) {
      const batch = await fetchSome(consumer);
      const wanted = batch.filter(({ seq }) => seq <= end);
      if (wanted.length > 0) yield wanted;
      const last = batch.at(-1);
      // what was not yet read may have been purged meanwhile
      isLeft = last ? last.seq < end && last.behind > 0 : (await consumer.info()).num_pending > 0;
    }
  } finally {
    await broker.jsm.consumers.delete(stream, info.name).catch(() => false); // gone already with its broker
  }
}

async function fetchSome(consumer: Consumer): Promise<readonly IncomingMessage[]> {
  const batch: IncomingMessage[] = [];
  for await (const message of await consumer.fetch({ max_messages: messagesAtOnce, expires: 2_000 }))
    batch.push(incomingMessageOf(message));
  return batch;
}
