import { Counter, Gauge, type Registry } from 'prom-client';
import { absentAtFirst } from './broker-meters.js';

/** What the tables know, measured by every process of the service metrics where nothing else is said. */
export interface TableMeters {
  readonly projectionLag: Gauge<'projection'>;
  readonly setAsideRows: Gauge<'projection'>;
  /** By whoever passes them over. */
  readonly projectionSetAside: Counter<'projection'>;
  /** By the one process that counts. */
  readonly conservationDifference: Gauge<'equation'>;
  /** By the one deliverer that has the first partition. */
  readonly deliveriesWaiting: Gauge<'reason'>;
  readonly deliveriesOverdue: Gauge;
  readonly waitingOldest: Gauge;
}

export function tableMeters(registry: Registry): TableMeters {
  const registers = [registry];
  return {
    projectionLag: new Gauge({
      registers,
      name: 'postel_projection_lag_seconds',
      help: 'Age of the oldest message that a projection has not stored yet, 0 when there is none',
      labelNames: ['projection'],
    }),
    setAsideRows: new Gauge({
      registers,
      name: 'postel_set_aside_rows',
      help: 'Rows of the table unprojected: what could not be written to its table, by projection',
      labelNames: ['projection'],
    }),
    projectionSetAside: new Counter({
      registers,
      name: 'postel_projection_set_aside_total',
      help: 'Facts and events that could not be written to a table, and were passed over',
      labelNames: ['projection'],
    }),
    conservationDifference: new Gauge({
      registers,
      name: 'postel_conservation_difference',
      help: 'Events and deliveries of which the log does not tell what became, or that it does not tell of; by equation',
      labelNames: ['equation'],
    }),
    ...waitingMeters(registers),
  };
}

function waitingMeters(registers: Registry[]) {
  return {
    deliveriesWaiting: new Gauge({
      registers,
      name: 'postel_deliveries_waiting',
      help: 'Deliveries that wait in PostgreSQL, by reason',
      labelNames: ['reason'] as const,
    }),
    deliveriesOverdue: absentAtFirst(
      new Gauge({
        registers,
        name: 'postel_deliveries_overdue_seconds',
        help: 'Since when a delivery is due that still waits, of endpoints that are neither paused nor have an open circuit',
      }),
    ),
    waitingOldest: absentAtFirst(
      new Gauge({
        registers,
        name: 'postel_deliveries_waiting_oldest_seconds',
        help: 'Age of the delivery that waits longest, since its event was accepted or it was last reopened',
      }),
    ),
  };
}
