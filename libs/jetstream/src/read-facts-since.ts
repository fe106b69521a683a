import { parseFacts, type LogFact } from '@postel/contracts';
import { AckPolicy, DeliverPolicy, ReplayPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Broker } from './connect-broker.js';
import { readLastMessage } from './read-message.js';

/** Between two leaders of the broker clocks may differ by this much. */
const clockSkewMs = 5_000;
/** For the next message: a replica that is behind may take so long until it has what the leader had. */
const patienceMs = 10_000;

/**
 * The facts that LOG holds from a time on, up to now, in their order: for the rare question whether something was told
 * already.
 * @param filters subjects of LOG
 * @throws when the broker is away
 */
export async function readFactsSince(
  broker: Broker,
  filters: readonly string[],
  sinceMs: number,
  onFact: (fact: LogFact) => void,
): Promise<void> {
  const fromMs = sinceMs - clockSkewMs;
  const end = await endAtLeader(broker, filters, fromMs);
  if (end === 0) return;
  const info = await broker.jsm.consumers.add('LOG', {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: new Date(fromMs).toISOString(),
    replay_policy: ReplayPolicy.Instant,
    filter_subjects: [...filters],
    inactive_threshold: nanos(30_000),
    mem_storage: true,
    num_replicas: 1,
  });
  try {
    const consumer = await broker.js.consumers.get('LOG', info.name);
    let left = info.num_pending;
    let reached = 0;
    while (reached < end) {
      let came = 0;
      for await (const message of await consumer.fetch({
        max_messages: Math.min(Math.max(left, 1), 500),
        expires: patienceMs,
      })) {
        for (const { fact } of parseFacts(message.data)) onFact(fact);
        reached = message.seq;
        came += 1;
        if (reached >= end) break;
      }
      if (came === 0) throw new Error(`LOG could not be read to its end: ${reached} of ${end}`);
      left -= came;
    }
  } finally {
    await broker.jsm.consumers.delete('LOG', info.name).catch(() => false); // gone already with its broker
  }
}

/**
 * The position of the last of these messages, as the leader has it: a consumer of one copy may be where a replica is
 * behind. 0 when there is none from that time on.
 */
async function endAtLeader(broker: Broker, filters: readonly string[], fromMs: number): Promise<number> {
  const lasts = await Promise.all(filters.map((filter) => readLastMessage(broker, 'LOG', filter)));
  return Math.max(0, ...lasts.map((last) => (last && last.storedAtMs >= fromMs ? last.seq : 0)));
}
