import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Broker } from '../connect-broker.js';
import { isNotFound } from '../read-message.js';
import type { SavedDurable } from './backup-manifest.js';

const durable = 'backup';
/** A backup that was killed holds DELIVERIES for so long, or until the next one. */
const forgottenAfterMs = 6 * 60 * 60 * 1_000;

/**
 * A durable that acknowledges nothing: the janitor keeps all of DELIVERIES that comes after these floors, until it is
 * called off.
 */
export async function holdDeliveries(
  broker: Broker,
  floors: readonly SavedDurable[],
): Promise<() => Promise<void>> {
  const { consumers } = broker.jsm;
  const callOff = async () => {
    await consumers.delete('DELIVERIES', durable).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  };
  await callOff(); // of one that was killed
  await consumers.add('DELIVERIES', {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: Math.min(...floors.map(({ ackFloor }) => ackFloor)) + 1,
    inactive_threshold: nanos(forgottenAfterMs),
  });
  return callOff;
}

export function isHold(name: string): boolean {
  return name === durable;
}
