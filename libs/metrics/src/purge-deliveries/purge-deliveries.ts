import { delivererConsumer, lanes } from '@postel/contracts';
import { consumedUpTo, durablesOf } from '@postel/jetstream';
import { Upkeep } from '@postel/telemetry';
import type { MetricsParts } from '../parts.js';

/**
 * The janitor of DELIVERIES: the stream keeps everything until it is purged (limits retention: a work queue would fsync
 * each ack), so once a second all below the lowest position that is not yet acknowledged goes. Any number may run.
 */
export class PurgeDeliveries {
  private readonly upkeep: Upkeep;
  private purgedBelow = 0;

  constructor(private readonly parts: MetricsParts) {
    const { logger, nowMs } = parts;
    const trouble = 'DELIVERIES is not purged for now';
    this.upkeep = new Upkeep({
      name: 'purge-deliveries',
      everyMs: 1_000,
      trouble,
      logger,
      nowMs,
      work: () => this.purge(),
    });
  }

  start(): void {
    this.upkeep.start();
  }

  stop(): Promise<void> {
    return this.upkeep.stop();
  }

  /** Nothing unconsumed is ever dropped: a consumer that is missing stops the purge. */
  private async purge(): Promise<void> {
    const { broker, partitions } = this.parts;
    // before the consumers are asked: what is published later has a higher position
    const { state } = await broker.jsm.streams.info('DELIVERIES');
    if (state.messages === 0) return;
    const needed = new Set(
      lanes.flatMap((lane) =>
        Array.from({ length: partitions }, (_, partition) => delivererConsumer(lane, partition).durable),
      ),
    );
    const durables = await durablesOf(broker, 'DELIVERIES');
    for (const { name } of durables) needed.delete(name);
    const consumed = await Promise.all(durables.map((info) => consumedUpTo(broker, info)));
    const keepFrom = Math.min(state.last_seq + 1, ...consumed.map((seq) => seq + 1));
    if (needed.size > 0 || keepFrom <= Math.max(this.purgedBelow, state.first_seq)) return;
    await broker.jsm.streams.purge('DELIVERIES', { seq: keepFrom });
    this.purgedBelow = keepFrom;
  }
}
