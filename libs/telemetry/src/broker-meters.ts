import { Gauge, type Registry } from 'prom-client';

/** What the broker says of itself. Every process of the service metrics measures the same: rules take the `max`. */
export interface BrokerMeters {
  readonly consumerLag: Gauge<'stream' | 'consumer'>;
  readonly consumerAckPending: Gauge<'stream' | 'consumer'>;
  readonly consumerRedelivered: Gauge<'stream' | 'consumer'>;
  readonly streamBytes: Gauge<'stream'>;
  readonly streamMessages: Gauge<'stream'>;
  readonly streamLimit: Gauge<'stream'>;
  readonly streamOldest: Gauge<'stream'>;
  readonly streamLeader: Gauge<'stream'>;
  readonly streamReplicas: Gauge<'stream' | 'state'>;
  readonly streamReplicaLag: Gauge<'stream'>;
  readonly brokerStorage: Gauge;
  readonly brokerStorageLimit: Gauge;
  readonly brokerCertificateExpiry: Gauge;
}

export function brokerMeters(registry: Registry): BrokerMeters {
  return { ...consumerMeters(registry), ...streamMeters(registry), ...serverMeters(registry) };
}

function consumerMeters(registry: Registry) {
  const gauge = (name: string, help: string) =>
    new Gauge({
      registers: [registry],
      name: `postel_consumer_${name}`,
      help,
      labelNames: ['stream', 'consumer'] as const,
    });
  return {
    consumerLag: gauge('lag', 'Messages not yet acknowledged, by consumer: not yet handed out, and in hand'),
    consumerAckPending: gauge('ack_pending', 'Messages handed out and not yet acknowledged, by consumer'),
    consumerRedelivered: gauge(
      'redelivered',
      'Messages in hand that were handed out more than once, by consumer',
    ),
  };
}

function streamMeters(registry: Registry) {
  const gauge = <Label extends string = never>(name: string, help: string, ...more: Label[]) =>
    new Gauge<'stream' | Label>({
      registers: [registry],
      name: `postel_stream_${name}`,
      help,
      labelNames: ['stream', ...more],
    });
  return {
    streamBytes: gauge('bytes', 'Size of a stream'),
    streamMessages: gauge('messages', 'Messages of a stream'),
    streamLimit: gauge('limit_bytes', 'Size at which a stream refuses what is published; absent without one'),
    streamOldest: gauge('oldest_seconds', 'Age of the oldest message of a stream'),
    streamLeader: gauge('leader', '1 where the stream has a leader and answers, otherwise 0'),
    streamReplicas: gauge('replicas', 'Replicas of a stream, its leader included, by state', 'state'),
    streamReplicaLag: gauge('replica_lag', 'Operations that the slowest replica of a stream is behind'),
  };
}

function serverMeters(registry: Registry) {
  const gauge = (name: string, help: string) =>
    absentAtFirst(new Gauge({ registers: [registry], name: `postel_broker_${name}`, help }));
  return {
    brokerStorage: gauge('storage_bytes', 'What the streams of the account take on disk'),
    brokerStorageLimit: gauge(
      'storage_limit_bytes',
      'What the account may take on disk; absent without a limit',
    ),
    brokerCertificateExpiry: gauge(
      'certificate_expiry_timestamp_seconds',
      'When the first certificate of the servers of NATS_URL expires; absent without TLS',
    ),
  };
}

/** Without labels it would be 0 from the start, which says something that nobody has measured. */
export function absentAtFirst(gauge: Gauge): Gauge {
  gauge.remove();
  return gauge;
}
