import { delivererConsumer, lanes, type ConsumerSpec } from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { consumerNames } from './durables-of.js';

/** Consumers of partitions that there are no more: of a time when there were more of them. @throws when the broker cannot say */
export async function formerPartitionConsumers(broker: Broker, partitions: number): Promise<ConsumerSpec[]> {
  const former: ConsumerSpec[] = [];
  for (const name of await consumerNames(broker, 'DELIVERIES')) {
    const partition = Number(/-(\d+)$/.exec(name)?.[1] ?? NaN);
    const spec = lanes
      .map((lane) => delivererConsumer(lane, partition))
      .find(({ durable }) => durable === name);
    if (spec && partition >= partitions) former.push(spec);
  }
  return former;
}
