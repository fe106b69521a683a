import { chunksOf } from './chunks.js';

/** One column of a batch: its name in the table, its type, and where its value comes from. */
export interface BatchColumn<Row> {
  readonly type: string;
  readonly value: (row: Row) => unknown;
}

/**
 * The parts of `INSERT INTO t (names) SELECT names FROM rows`, for any number of rows in one statement: an array per
 * column, unnested side by side.
 */
export interface Batch<Row> {
  /** `a, b, c` */
  readonly names: string;
  /** `unnest($1::text[], …) AS batch (a, b, c)` */
  readonly rows: string;
  /** The parameters $1 to $n, `n` being the number of columns. */
  parametersOf(rows: readonly Row[]): unknown[][];
  /** As {@link parametersOf}, in parts that each fit into one statement. */
  chunks(rows: readonly Row[]): Iterable<unknown[][]>;
}

/** @param sizeBytesOf of what a row holds of unbounded size */
export function batchOf<Row>(
  columns: Readonly<Record<string, BatchColumn<Row>>>,
  sizeBytesOf: (row: Row) => number = () => 0,
): Batch<Row> {
  const names = Object.keys(columns).join(', ');
  const values = Object.values(columns);
  const arrays = values.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ');
  const parametersOf = (rows: readonly Row[]) => values.map(({ value }) => rows.map(value));
  return {
    names,
    parametersOf,
    *chunks(rows) {
      for (const chunk of chunksOf(rows, sizeBytesOf)) yield parametersOf(chunk);
    },
    rows: `unnest(${arrays}) AS batch (${names})`,
  };
}
