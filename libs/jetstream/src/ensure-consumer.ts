import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { ConsumerSpec } from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { pinnedGroup } from './puller.js';
import { isNotFound } from './read-message.js';

/** Where a durable begins that is made: at this position of its stream. @throws when the broker cannot say */
export type BeginAt = () => Promise<number>;

const atTheBeginning: BeginAt = () => Promise.resolve(1);

/**
 * Creates the durable, or brings its changeable settings to what the topology says. Any number of processes at once.
 * @returns whether there was none
 * @throws when the broker is away, or the stream
 */
export async function ensureConsumer(
  broker: Broker,
  spec: ConsumerSpec,
  beginAt: BeginAt = atTheBeginning,
): Promise<boolean> {
  const changeable = {
    ack_wait: nanos(spec.ackWaitMs),
    max_ack_pending: spec.maxAckPending,
    ...priorityOf(spec),
  };
  const { consumers } = broker.jsm;
  const find = () =>
    consumers.info(spec.stream, spec.durable).catch((error: unknown) => {
      if (isNotFound(error)) return null;
      throw error;
    });
  const current = await find();
  if (current) {
    const { config } = current;
    const same =
      config.ack_wait === changeable.ack_wait &&
      config.max_ack_pending === changeable.max_ack_pending &&
      config.priority_timeout === changeable.priority_timeout;
    if (!same) await consumers.update(spec.stream, spec.durable, { ...config, ...changeable });
    return false;
  }
  const made = {
    durable_name: spec.durable,
    ack_policy: AckPolicy.Explicit,
    filter_subject: spec.filter,
    max_deliver: -1,
    ...startAt(await beginAt()),
    ...changeable,
  };
  await consumers.add(spec.stream, made).catch(async (error: unknown) => {
    // another process of ours may have been quicker, and may have known of another beginning
    if (!(await find())) throw error;
  });
  return true;
}

function startAt(seq: number) {
  if (seq <= 1) return { deliver_policy: DeliverPolicy.All };
  return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: seq };
}

function priorityOf({ pinnedTimeoutMs }: ConsumerSpec) {
  if (pinnedTimeoutMs === undefined) return {};
  return {
    priority_policy: 'pinned_client' as const,
    priority_groups: [pinnedGroup],
    priority_timeout: nanos(pinnedTimeoutMs),
  };
}
