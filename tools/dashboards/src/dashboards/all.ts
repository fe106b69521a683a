import { type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { broker } from './broker.js';
import { delivery } from './delivery.js';
import { endpoint } from './endpoint.js';
import { fleet } from './fleet.js';

/** By the name of their file in deploy/grafana/dashboards. */
export const dashboards: Readonly<Record<string, Dashboard>> = {
  'postel-fleet.json': fleet,
  'postel-delivery.json': delivery,
  'postel-broker.json': broker,
  'postel-endpoint.json': endpoint,
};
