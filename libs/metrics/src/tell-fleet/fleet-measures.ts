import type { MeasureBroker } from '../measure-broker/measure-broker.js';
import type { MeasureTables } from '../measure-tables/measure-tables.js';

/** What is measured all the time, for Prometheus: by this process itself, and so without the database. */
export interface FleetMeasures {
  readonly broker: Pick<MeasureBroker, 'latest'>;
  readonly tables: Pick<MeasureTables, 'latestLags'>;
}

export const FLEET_MEASURES = Symbol('FleetMeasures');
