import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { ConsumerSpec } from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { pinnedGroup } from './puller.js';

/** Creates the durable, or brings its changeable settings to what the topology says. Any number of processes at once. */
export async function ensureConsumer(broker: Broker, spec: ConsumerSpec): Promise<void> {
  const changeable = {
    ack_wait: nanos(spec.ackWaitMs),
    max_ack_pending: spec.maxAckPending,
    ...priorityOf(spec),
  };
  const { consumers } = broker.jsm;
  const current = await consumers.info(spec.stream, spec.durable).catch(() => null); // missing: it is made
  if (current) {
    const { config } = current;
    const same =
      config.ack_wait === changeable.ack_wait &&
      config.max_ack_pending === changeable.max_ack_pending &&
      config.priority_timeout === changeable.priority_timeout;
    if (!same) await consumers.update(spec.stream, spec.durable, { ...config, ...changeable });
    return;
  }
  await consumers.add(spec.stream, {
    durable_name: spec.durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    filter_subject: spec.filter,
    max_deliver: -1,
    ...changeable,
  });
}

function priorityOf({ pinnedTimeoutMs }: ConsumerSpec) {
  if (pinnedTimeoutMs === undefined) return {};
  return {
    priority_policy: 'pinned_client' as const,
    priority_groups: [pinnedGroup],
    priority_timeout: nanos(pinnedTimeoutMs),
  };
}
