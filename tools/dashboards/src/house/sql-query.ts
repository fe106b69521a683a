import { type Builder, type Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { postgres } from './sources.js';

export interface SqlQuery extends Dataquery {
  readonly refId: string;
  readonly datasource: typeof postgres;
  readonly rawQuery: true;
  readonly editorMode: 'code';
  /** `time_series` wants a column `time`, and makes a series of each other one. */
  readonly format: 'table' | 'time_series';
  readonly rawSql: string;
}

/** The SDK has no queries of PostgreSQL. */
export function sqlQuery(format: SqlQuery['format'], rawSql: string): Builder<Dataquery> {
  const query: SqlQuery = {
    refId: 'A',
    datasource: postgres,
    rawQuery: true,
    editorMode: 'code',
    format,
    rawSql: rawSql.trim(),
    _implementsDataqueryVariant: () => undefined,
  };
  return { build: () => query };
}
