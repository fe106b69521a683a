import { type DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { promQueries, withBasics, type About, type AnyQuery, type Query } from './panel.js';
import { postgres, prometheus } from './sources.js';

/** What is to be seen of a column, by its name. */
export interface Column {
  readonly unit?: string;
  readonly width?: number;
}

/** The rows of a query as they are. */
export function sqlList(
  about: About,
  query: AnyQuery,
  columns: Readonly<Record<string, Column>> = {},
): PanelBuilder {
  const panel = withBasics(new PanelBuilder(), about).datasource(postgres).targets([query]);
  return withColumns(panel, columns);
}

export interface JoinedColumn extends Column {
  /** Its heading. */
  readonly name: string;
  readonly expr: string;
}

/**
 * One row for each group of labels, one column a query.
 * @param labels by which rows are told apart, in the order of their columns
 */
export function list(
  about: About,
  labels: readonly string[],
  columns: readonly JoinedColumn[],
): PanelBuilder {
  const queries = columns.map(({ expr }): Query => ({ expr, legend: '' }));
  const names = Object.fromEntries(columns.map(({ name }, index) => [valueField(index), name]));
  const shown = [...labels, ...columns.map((_, index) => valueField(index))];
  const panel = withBasics(new PanelBuilder(), about)
    .datasource(prometheus)
    .targets(promQueries(queries, 'instant'))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries(shown.map((name, index) => [name, index])),
        renameByName: names,
      },
    });
  return withColumns(panel, Object.fromEntries(columns.map((column) => [column.name, column])));
}

/** As Grafana names the value of a query among several. */
function valueField(index: number): string {
  return `Value #${String.fromCharCode('A'.charCodeAt(0) + index)}`;
}

function withColumns(panel: PanelBuilder, columns: Readonly<Record<string, Column>>): PanelBuilder {
  for (const [name, { unit, width }] of Object.entries(columns)) {
    const properties: DynamicConfigValue[] = [];
    if (unit !== undefined) properties.push({ id: 'unit', value: unit });
    if (width !== undefined) properties.push({ id: 'custom.width', value: width });
    if (properties.length > 0) panel.overrideByName(name, properties);
  }
  return panel;
}
