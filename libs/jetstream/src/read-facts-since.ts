import { parseFacts, type LogFact } from '@postel/contracts';
import { AckPolicy, DeliverPolicy, ReplayPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Broker } from './connect-broker.js';

/** Between two leaders of the broker clocks may differ by this much. */
const clockSkewMs = 5_000;

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
  const info = await broker.jsm.consumers.add('LOG', {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: new Date(sinceMs - clockSkewMs).toISOString(),
    replay_policy: ReplayPolicy.Instant,
    filter_subjects: [...filters],
    inactive_threshold: nanos(30_000),
    mem_storage: true,
    num_replicas: 1,
  });
  try {
    const consumer = await broker.js.consumers.get('LOG', info.name);
    let left = info.num_pending;
    while (left > 0) {
      const before = left;
      for await (const message of await consumer.fetch({
        max_messages: Math.min(left, 500),
        expires: 5_000,
      })) {
        for (const { fact } of parseFacts(message.data)) onFact(fact);
        left -= 1;
      }
      if (left === before) throw new Error(`LOG could not be read to its end: ${left} messages are left`);
    }
  } finally {
    await broker.jsm.consumers.delete('LOG', info.name).catch(() => false); // gone already with its broker
  }
}
