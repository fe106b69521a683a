import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { brokerMeters, type BrokerMeters } from './broker-meters.js';
import { deliveryMeters, type DeliveryMeters } from './delivery-meters.js';
import { tableMeters, type TableMeters } from './table-meters.js';

/**
 * Every metric of Postel, made once per process and handed down. Names and labels are the contract's; a tenant's or an
 * endpoint's id is never a label, and the values of a label are a closed set.
 */
export interface Meters extends BrokerMeters, DeliveryMeters, TableMeters {
  readonly registry: Registry;
  readonly buildInfo: Gauge<'version'>;
  readonly dependencyUp: Gauge<'dependency'>;
  readonly secretsUnderOtherKeys: Gauge;
  readonly eventsAccepted: Counter<'door'>;
  readonly eventsRejected: Counter<'door' | 'code'>;
  readonly alerts: Counter<'kind'>;
  readonly endpointsFailing: Gauge;
}

export function createMeters(options: { processMetrics: boolean } = { processMetrics: true }): Meters {
  const registry = new Registry();
  const registers = [registry];
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  return {
    registry,
    buildInfo: new Gauge({
      registers,
      name: 'postel_build_info',
      help: '1, with the version that runs',
      labelNames: ['version'],
    }),
    dependencyUp: new Gauge({
      registers,
      name: 'postel_dependency_up',
      help: '1 while this process reaches NATS or PostgreSQL, as its /readyz says, otherwise 0',
      labelNames: ['dependency'],
    }),
    secretsUnderOtherKeys: new Gauge({
      registers,
      name: 'postel_secrets_under_other_keys',
      help: 'Endpoints and sources whose secrets are under a master key that this process was not given',
    }),
    ...eventMeters(registers),
    ...deliveryMeters(registry),
    ...alertMeters(registers),
    ...brokerMeters(registry),
    ...tableMeters(registry),
  };
}

function eventMeters(registers: Registry[]) {
  return {
    eventsAccepted: new Counter({
      registers,
      name: 'postel_events_accepted_total',
      help: 'Events on disk, by the door they came through; those of NATS once they were read',
      labelNames: ['door'] as const,
    }),
    eventsRejected: new Counter({
      registers,
      name: 'postel_events_rejected_total',
      help: 'Events that were refused, by door and error code',
      labelNames: ['door', 'code'] as const,
    }),
  };
}

function alertMeters(registers: Registry[]) {
  return {
    alerts: new Counter({
      registers,
      name: 'postel_alerts_total',
      help: 'Endpoints that began to fail, were disabled for it, or recovered',
      labelNames: ['kind'] as const,
    }),
    endpointsFailing: new Gauge({
      registers,
      name: 'postel_endpoints_failing',
      help: 'Endpoints that count as failing, told by the one process that watches them',
    }),
  };
}
