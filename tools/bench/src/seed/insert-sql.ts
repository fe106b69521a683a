import { PhaseFailed } from '../report.js';
import type { KnownColumns } from './known-columns.js';

export interface TableColumn {
  readonly name: string;
  /** Must be given: not null, and without a default. */
  readonly required: boolean;
}

export interface InsertInput {
  readonly table: string;
  /** As the database has them. */
  readonly present: readonly TableColumn[];
  readonly known: KnownColumns;
  /** What the expressions of the known columns are over. */
  readonly from: string;
}

/** @throws PhaseFailed when the table is not there, or must be given what nothing is known of */
export function insertSql({ table, present, known, from }: InsertInput): string {
  if (present.length === 0) throw new PhaseFailed(`there is no table ${table} to seed`);
  const unknown = present.filter(({ name, required }) => required && !Object.hasOwn(known, name));
  if (unknown.length > 0) {
    const names = unknown.map(({ name }) => name).join(', ');
    throw new PhaseFailed(
      `the benchmark does not know what to put into ${table}: ${names} (known-columns.ts)`,
    );
  }
  const columns = present.filter(({ name }) => Object.hasOwn(known, name)).map(({ name }) => name);
  const values = columns.map((name) => known[name] as string);
  return `INSERT INTO ${table} (${columns.map((name) => `"${name}"`).join(', ')})\nSELECT ${values.join(', ')}\n${from}`;
}
