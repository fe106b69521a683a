import { setTimeout as delay } from 'node:timers/promises';
import { delivererConsumer, lanes } from '@postel/contracts';
import type { MetricsParts } from '../parts.js';

/**
 * The janitor of DELIVERIES: the stream keeps everything until it is purged (limits retention: a work queue would fsync
 * each ack), so once a second all below the lowest position that is not yet acknowledged goes. Any number may run.
 */
export class PurgeDeliveries {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private purgedBelow = 0;
  private failing = false;

  constructor(private readonly parts: MetricsParts) {}

  start(): void {
    this.running = this.purgeForEver();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async purgeForEver(): Promise<void> {
    const { logger } = this.parts;
    while (!this.stopped.signal.aborted) {
      try {
        await this.purge();
        this.failing = false;
      } catch (error) {
        if (!this.failing) logger.warn({ err: error }, 'DELIVERIES is not purged for now');
        this.failing = true;
      }
      await delay(1_000, undefined, { signal: this.stopped.signal }).catch(() => undefined);
    }
  }

  /** Nothing unconsumed is ever dropped: a consumer that is missing stops the purge. */
  private async purge(): Promise<void> {
    const { broker, meters, partitions } = this.parts;
    // before the consumers are asked: what is published later has a higher position
    const { state } = await broker.jsm.streams.info('DELIVERIES');
    const needed = new Set(
      lanes.flatMap((lane) =>
        Array.from({ length: partitions }, (_, partition) => delivererConsumer(lane, partition).durable),
      ),
    );
    let keepFrom = state.last_seq + 1;
    for await (const info of broker.jsm.consumers.list('DELIVERIES')) {
      needed.delete(info.name);
      const unacknowledged = info.num_pending + info.num_ack_pending;
      meters.consumerLag.set({ stream: 'DELIVERIES', consumer: info.name }, unacknowledged);
      if (unacknowledged > 0) keepFrom = Math.min(keepFrom, info.ack_floor.stream_seq + 1);
    }
    if (needed.size > 0 || keepFrom <= Math.max(this.purgedBelow, state.first_seq)) return;
    await broker.jsm.streams.purge('DELIVERIES', { seq: keepFrom });
    this.purgedBelow = keepFrom;
  }
}
