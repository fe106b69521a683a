import { type DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { DatasourceVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

/**
 * By a variable and not by a fixed id, so that the dashboards work in a Grafana that has data sources of other names;
 * of those provisioned here the first is chosen.
 */
export const prometheus: DataSourceRef = { type: 'prometheus', uid: '${prometheus}' };

/** The plugin's name since Grafana 10.2; `postgres` before. */
const postgresPlugin = 'grafana-postgresql-datasource';

export const postgres: DataSourceRef = { type: postgresPlugin, uid: '${postgres}' };

export const prometheusVariable = new DatasourceVariableBuilder('prometheus')
  .label('Prometheus')
  .description('The Prometheus that scrapes the services.')
  .type('prometheus');

/** By name, so that another team’s database is not asked for Postel’s tables. */
export const postgresVariable = new DatasourceVariableBuilder('postgres')
  .label('PostgreSQL')
  .description('Postel’s database, by the read-only user of deploy/grafana/read-only-user.sql.')
  .type(postgresPlugin)
  .regex('/postel/i');
