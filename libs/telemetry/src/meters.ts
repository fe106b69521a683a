import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * Every metric of Postel, made once per process and handed down. Names and labels are the contract's; a tenant's or an
 * endpoint's id is never a label.
 */
export interface Meters {
  readonly registry: Registry;
  readonly eventsAccepted: Counter<'door'>;
  readonly eventsRejected: Counter<'door' | 'code'>;
  readonly deliveries: Counter<'outcome'>;
  readonly attempts: Counter<'outcome' | 'status_class'>;
  readonly attemptDuration: Histogram;
  readonly deliveryLatency: Histogram;
  readonly deliveriesInFlight: Gauge;
  readonly deliveriesWaiting: Gauge<'reason'>;
  readonly deadLetters: Counter<'reason'>;
  readonly alerts: Counter<'kind'>;
  readonly endpointsFailing: Gauge;
  readonly circuitsOpen: Gauge;
  readonly consumerLag: Gauge<'stream' | 'consumer'>;
  readonly projectionLag: Gauge<'projection'>;
  readonly conservationDifference: Gauge<'equation'>;
  readonly projectionSetAside: Counter<'projection'>;
  readonly streamOldest: Gauge<'stream'>;
}

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMeters(options: { processMetrics: boolean } = { processMetrics: true }): Meters {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    eventsAccepted: new Counter({
      registers,
      name: 'postel_events_accepted_total',
      help: 'Events on disk, by the door they came through',
      labelNames: ['door'],
    }),
    eventsRejected: new Counter({
      registers,
      name: 'postel_events_rejected_total',
      help: 'Events that were refused, by door and error code',
      labelNames: ['door', 'code'],
    }),
    deliveries: new Counter({
      registers,
      name: 'postel_deliveries_total',
      help: 'Deliveries that ended a passage, by outcome',
      labelNames: ['outcome'],
    }),
    attempts: new Counter({
      registers,
      name: 'postel_attempts_total',
      help: 'HTTP requests to receivers',
      labelNames: ['outcome', 'status_class'],
    }),
    attemptDuration: new Histogram({
      registers,
      name: 'postel_attempt_duration_seconds',
      help: 'From connect to the last byte',
      buckets: secondsBuckets,
    }),
    deliveryLatency: new Histogram({
      registers,
      name: 'postel_delivery_latency_seconds',
      help: 'From the durable accept of an event to its first successful delivery to an endpoint',
      buckets: [...secondsBuckets, 60, 300, 3600, 86_400],
    }),
    deliveriesInFlight: new Gauge({
      registers,
      name: 'postel_deliveries_in_flight',
      help: 'Attempts under way',
    }),
    deliveriesWaiting: new Gauge({
      registers,
      name: 'postel_deliveries_waiting',
      help: 'Deliveries that wait in PostgreSQL, by reason',
      labelNames: ['reason'],
    }),
    deadLetters: new Counter({
      registers,
      name: 'postel_dead_letters_total',
      help: 'Deliveries and events that ended without success, by reason',
      labelNames: ['reason'],
    }),
    alerts: new Counter({
      registers,
      name: 'postel_alerts_total',
      help: 'Endpoints that began to fail, were disabled for it, or recovered',
      labelNames: ['kind'],
    }),
    endpointsFailing: new Gauge({
      registers,
      name: 'postel_endpoints_failing',
      help: 'Endpoints that count as failing, told by the one process that watches them',
    }),
    circuitsOpen: new Gauge({
      registers,
      name: 'postel_circuits_open',
      help: 'Endpoints whose circuit is open, of those that this process owns',
    }),
    consumerLag: new Gauge({
      registers,
      name: 'postel_consumer_lag',
      help: 'Messages not yet acknowledged, by consumer',
      labelNames: ['stream', 'consumer'],
    }),
    projectionLag: new Gauge({
      registers,
      name: 'postel_projection_lag_seconds',
      help: 'Age of the newest fact that a projection has stored, while older than the stream’s last',
      labelNames: ['projection'],
    }),
    conservationDifference: new Gauge({
      registers,
      name: 'postel_conservation_difference',
      help: 'Events and deliveries of which the log does not tell what became, or that it does not tell of; by equation',
      labelNames: ['equation'],
    }),
    projectionSetAside: new Counter({
      registers,
      name: 'postel_projection_set_aside_total',
      help: 'Facts and events that could not be written to a table, and were passed over',
      labelNames: ['projection'],
    }),
    streamOldest: new Gauge({
      registers,
      name: 'postel_stream_oldest_seconds',
      help: 'Age of the oldest message of a stream that is purged by retention',
      labelNames: ['stream'],
    }),
  };
}
