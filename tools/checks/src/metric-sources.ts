import { createMeters } from '@postel/telemetry';
import { serviceNames, type ServiceName } from './services.js';

export interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly services: readonly ServiceName[];
}

/** Which services set it, without the prefix; a fleet of real ones is held to this (apps/e2e). */
const sources: Readonly<Record<string, readonly ServiceName[]>> = {
  build_info: serviceNames,
  dependency_up: serviceNames,
  secrets_under_other_keys: ['ingest', 'deliverer'],
  events_accepted_total: ['ingest', 'dispatcher'],
  events_rejected_total: ['ingest', 'dispatcher'],
  events_waiting: ['dispatcher'],
  deliveries_total: ['deliverer', 'dispatcher'],
  attempts_total: ['deliverer'],
  attempt_duration_seconds: ['deliverer'],
  delivery_latency_seconds: ['deliverer'],
  deliveries_in_flight: ['deliverer'],
  deliveries_waiting: ['deliverer'],
  circuits_open: ['deliverer'],
  dead_letters_total: ['deliverer', 'dispatcher'],
  alerts_total: ['dead-letter'],
  endpoints_failing: ['dead-letter'],
  projection_set_aside_total: ['deliverer', 'dead-letter', 'metrics'],
  consumer_lag: ['metrics'],
  consumer_ack_pending: ['metrics'],
  consumer_redelivered: ['metrics'],
  stream_bytes: ['metrics'],
  stream_messages: ['metrics'],
  stream_limit_bytes: ['metrics'],
  stream_oldest_seconds: ['metrics'],
  stream_leader: ['metrics'],
  stream_replicas: ['metrics'],
  stream_replica_lag: ['metrics'],
  broker_storage_bytes: ['metrics'],
  broker_storage_limit_bytes: ['metrics'],
  broker_certificate_expiry_timestamp_seconds: ['metrics'],
  projection_lag_seconds: ['metrics'],
  set_aside_rows: ['metrics'],
  deliveries_overdue_seconds: ['metrics'],
  deliveries_waiting_oldest_seconds: ['metrics'],
  conservation_difference: ['metrics'],
};

/** Those of the registry, in the order of the table above. @throws when one has no source, or is not there */
export function documentedMetrics(): readonly DocumentedMetric[] {
  const { registry } = createMeters({ processMetrics: false });
  const known = new Map(registry.getMetricsAsArray().map((metric) => [metric.name, metric]));
  const documented = Object.entries(sources).map(([bare, services]) => {
    const name = `postel_${bare}`;
    const metric = known.get(name);
    if (!metric) throw new Error(`${name} is in no registry`);
    known.delete(name);
    const { type, labelNames } = metric as unknown as Pick<DocumentedMetric, 'type'> & {
      readonly labelNames: readonly string[];
    };
    return { name, type, help: metric.help, labels: labelNames, services };
  });
  if (known.size > 0) throw new Error(`no source is named for ${[...known.keys()].join(', ')}`);
  return documented;
}
