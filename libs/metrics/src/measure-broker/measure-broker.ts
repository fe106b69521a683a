import { delivererConsumer, disableGoneConsumer, dispatcherConsumer, lanes } from '@postel/contracts';
import { reportBroker, type BrokerReport, type ConsumerReport, type StreamReport } from '@postel/jetstream';
import { Upkeep, type BrokerMeters } from '@postel/telemetry';
import type { MetricsParts } from '../parts.js';

export type MeasureBrokerParts = Pick<MetricsParts, 'broker' | 'partitions' | 'logger' | 'meters' | 'nowMs'>;

/** What the broker said last, and when. */
export interface MeasuredBroker {
  readonly atMs: number;
  readonly report: BrokerReport;
}

const everyMs = 10_000;
const certificateEveryMs = 3_600_000;

/**
 * Asks the broker how its streams and consumers are. Every process of this service does, and says the same: one of them
 * alone would need the database for its lease, and this is wanted most while things are down (ADR 32).
 */
export class MeasureBroker {
  private readonly upkeeps: readonly Upkeep[];
  private readonly ownConsumers: ReadonlySet<string>;
  private last: MeasuredBroker | null = null;

  constructor(private readonly parts: MeasureBrokerParts) {
    const { logger, nowMs, partitions } = parts;
    this.ownConsumers = consumerNames(partitions);
    this.upkeeps = [
      new Upkeep({
        name: 'measure-broker',
        everyMs,
        work: () => this.measure(),
        trouble: 'the broker is not measured for now',
        logger,
        nowMs,
      }),
      new Upkeep({
        name: 'measure-certificate',
        everyMs: certificateEveryMs,
        work: () => this.measureCertificate(),
        trouble: 'the certificate of the broker is not looked at for now',
        logger,
        nowMs,
      }),
    ];
  }

  start(): void {
    for (const upkeep of this.upkeeps) upkeep.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.upkeeps.map((upkeep) => upkeep.stop()));
  }

  /** @returns `null` while the broker does not answer */
  latest(): MeasuredBroker | null {
    return this.last;
  }

  private async measure(): Promise<void> {
    const { broker, meters, nowMs } = this.parts;
    let report: BrokerReport;
    try {
      report = await reportBroker(broker);
      this.last = { atMs: nowMs(), report };
    } catch (error) {
      this.last = null;
      forget(meters);
      throw error;
    }
    // what is gone since must not stay: all at once, so that no scrape sees a part
    forget(meters);
    for (const stream of report.streams) tellStream(meters, stream, nowMs());
    for (const stream of report.silentStreams) meters.streamLeader.set({ stream }, 0);
    for (const consumer of report.consumers) this.tellConsumer(consumer);
    meters.brokerStorage.set(report.storage.usedBytes);
    if (report.storage.limitBytes !== null) meters.brokerStorageLimit.set(report.storage.limitBytes);
  }

  /** Those of somebody else, and of a former number of partitions, share a name: there may be any number. */
  private tellConsumer({ stream, durable, pending, ackPending, redelivered }: ConsumerReport): void {
    const { consumerAckPending, consumerLag, consumerRedelivered } = this.parts.meters;
    const labels = { stream, consumer: this.ownConsumers.has(durable) ? durable : 'other' };
    consumerLag.inc(labels, pending + ackPending);
    consumerAckPending.inc(labels, ackPending);
    consumerRedelivered.inc(labels, redelivered);
  }

  private async measureCertificate(): Promise<void> {
    const { broker, meters } = this.parts;
    const atMs = await broker.certificateExpiresAtMs();
    if (atMs === null) meters.brokerCertificateExpiry.remove();
    else meters.brokerCertificateExpiry.set(atMs / 1_000);
  }
}

function consumerNames(partitions: number): ReadonlySet<string> {
  const ofPartitions = lanes.flatMap((lane) =>
    Array.from({ length: partitions }, (_, partition) => delivererConsumer(lane, partition).durable),
  );
  return new Set([dispatcherConsumer.durable, disableGoneConsumer.durable, ...ofPartitions]);
}

function tellStream(meters: BrokerMeters, report: StreamReport, nowMs: number): void {
  const { stream } = report;
  meters.streamBytes.set({ stream }, report.bytes);
  meters.streamMessages.set({ stream }, report.messages);
  if (report.limitBytes !== null) meters.streamLimit.set({ stream }, report.limitBytes);
  const oldestMs = report.oldestAtMs === null ? 0 : nowMs - report.oldestAtMs;
  meters.streamOldest.set({ stream }, Math.max(0, oldestMs) / 1_000);
  meters.streamLeader.set({ stream }, 1);
  for (const state of ['current', 'lagging', 'offline'] as const)
    meters.streamReplicas.set({ stream, state }, report.replicas[state]);
  meters.streamReplicaLag.set({ stream }, report.slowestReplicaLag);
}

/** An old figure is worse than none. */
function forget(meters: BrokerMeters): void {
  const labelled = [
    meters.consumerLag,
    meters.consumerAckPending,
    meters.consumerRedelivered,
    meters.streamBytes,
    meters.streamMessages,
    meters.streamLimit,
    meters.streamOldest,
    meters.streamLeader,
    meters.streamReplicas,
    meters.streamReplicaLag,
  ];
  for (const gauge of labelled) gauge.reset();
  meters.brokerStorage.remove();
  meters.brokerStorageLimit.remove();
}
