import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What dispatcher and deliverer do, each process its own part: rules take the `sum`. */
export interface DeliveryMeters {
  readonly eventsWaiting: Gauge;
  readonly deliveries: Counter<'outcome'>;
  readonly attempts: Counter<'outcome' | 'status_class'>;
  readonly attemptDuration: Histogram;
  readonly deliveryLatency: Histogram;
  readonly deliveriesInFlight: Gauge;
  readonly deadLetters: Counter<'reason'>;
  readonly circuitsOpen: Gauge;
}

/** From a receiver on the same machine to the longest `timeoutMs`. */
const secondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const [minute, hour, day] = [60, 3_600, 86_400];
/**
 * The accept is an fsync before; and what fails comes again for up to 76 hours where its endpoint has the preset of Standard
 * Webhooks, or until it is too old, which is after a week unless somebody says otherwise.
 */
const latencyBuckets = [
  ...secondsBuckets.filter((seconds) => seconds >= 0.0025),
  ...[minute, 5 * minute, hour, day, 3 * day, 7 * day],
];

export function deliveryMeters(registry: Registry): DeliveryMeters {
  const registers = [registry];
  return {
    eventsWaiting: new Gauge({
      registers,
      name: 'postel_events_waiting',
      help: 'Events of a crowd that wait in this process for their fan-out',
    }),
    deliveries: new Counter({
      registers,
      name: 'postel_deliveries_total',
      help: 'Deliveries that ended a passage, by outcome',
      labelNames: ['outcome'],
    }),
    deadLetters: new Counter({
      registers,
      name: 'postel_dead_letters_total',
      help: 'Deliveries and events that ended without success, by reason',
      labelNames: ['reason'],
    }),
    circuitsOpen: new Gauge({
      registers,
      name: 'postel_circuits_open',
      help: 'Endpoints whose circuit is open, of those that this process owns',
    }),
    ...attemptMeters(registers),
  };
}

function attemptMeters(registers: Registry[]) {
  return {
    attempts: new Counter({
      registers,
      name: 'postel_attempts_total',
      help: 'HTTP requests to receivers',
      labelNames: ['outcome', 'status_class'] as const,
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
      buckets: latencyBuckets,
    }),
    deliveriesInFlight: new Gauge({
      registers,
      name: 'postel_deliveries_in_flight',
      help: 'Attempts under way',
    }),
  };
}
