import { BinaryRows } from './binary-rows.js';
import { chunksOf } from './chunks.js';

/** One column of a batch: its name in the table, its type, and where its value comes from. */
export interface BatchColumn<Row> {
  readonly type: BatchType;
  readonly value: (row: Row) => BatchValue;
}

export type BatchValue = string | number | boolean | Uint8Array | null | undefined;

/**
 * `time` is a timestamptz that is given in epoch milliseconds. `json` is given as its text; a null of JSON is NULL.
 */
export type BatchType =
  | 'text'
  | 'json'
  | 'jsonb'
  | 'bytea'
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'double precision'
  | 'boolean'
  | 'time';

/**
 * The parts of `INSERT INTO t (names) SELECT names FROM rows`, for any number of rows in one statement: an array per
 * column, unnested side by side.
 */
export interface Batch<Row> {
  /** `a, b, c` */
  readonly names: string;
  /** `(SELECT … FROM unnest($1::text[], …)) AS batch`, with the columns of `names`; at least one is no `json` */
  readonly rows: string;
  /** The parameters $1 to $n, `n` being the number of columns. */
  parametersOf(rows: readonly Row[]): BatchParameter[];
  /** As {@link parametersOf}, in parts that each fit into one statement. */
  chunks(rows: readonly Row[]): Iterable<BatchParameter[]>;
  /** For `COPY t (names) FROM STDIN (FORMAT binary)`. */
  toCopy(): CopyData<Row>;
}

/** Rows as COPY reads them: bytes as soon as they are added. */
export interface CopyData<Row> {
  readonly isEmpty: boolean;
  add(row: Row): void;
  /** All that was added, ready to be sent; nothing can be added after that. */
  end(): Uint8Array;
}

/** @param sizeBytesOf of what a row holds of unbounded size */
export function batchOf<Row>(
  columns: Readonly<Record<string, BatchColumn<Row>>>,
  sizeBytesOf: (row: Row) => number = () => 0,
): Batch<Row> {
  const entries = Object.entries(columns);
  const names = entries.map(([name]) => name).join(', ');
  const parametersOf = (rows: readonly Row[]) =>
    entries.map(([, { type, value }]) => parameterOf(type, rows, value));
  return {
    names,
    parametersOf,
    *chunks(rows) {
      for (const chunk of chunksOf(rows, sizeBytesOf)) yield parametersOf(chunk);
    },
    toCopy() {
      const binary = new BinaryRows();
      let isEmpty = true;
      return {
        get isEmpty() {
          return isEmpty;
        },
        add(row) {
          isEmpty = false;
          binary.beginRow(entries.length);
          for (const [, { type, value }] of entries) binary.add(type, value(row));
        },
        end: () => binary.end(),
      };
    },
    rows: rowsSql(entries.map(([name, { type }]) => ({ name, type }))),
  };
}

function rowsSql(columns: readonly { readonly name: string; readonly type: BatchType }[]): string {
  const numbered = columns.map((column, index) => ({ ...column, parameter: `$${index + 1}` }));
  const arrays = numbered.filter(({ type }) => type !== 'json');
  const documents = numbered.filter(({ type }) => type === 'json');
  const functions = [
    `unnest(${arrays.map(({ type, parameter }) => `${parameter}::${sqlType(type)}[]`).join(', ')})`,
    ...documents.map(({ parameter }) => `json_array_elements(${parameter}::json)`),
  ];
  const given = [...arrays, ...documents].map(({ name }) => name).join(', ');
  return `(SELECT ${columns.map(selected).join(', ')} FROM ROWS FROM (${functions.join(', ')}) AS given (${given})) AS batch`;
}

function selected({ name, type }: { readonly name: string; readonly type: BatchType }): string {
  if (type === 'json') return `CASE WHEN json_typeof(${name}) <> 'null' THEN ${name} END AS ${name}`;
  return type === 'time' ? timeOf(name) : name;
}

function sqlType(type: BatchType): string {
  return type === 'time' ? 'bigint' : type;
}

/** Seconds and milliseconds apart: together, as a double, they are no longer exact some centuries from now. */
function timeOf(name: string): string {
  return `to_timestamp(${name} / 1000) + ${name} % 1000 * interval '1 millisecond' AS ${name}`;
}

/**
 * The text of a PostgreSQL array. By hand, because the driver's way (two regular expressions an element) was the larger
 * part of what writing a batch cost. Documents make an array of JSON: nothing in them needs another escape.
 */
function parameterOf<Row>(
  type: BatchType,
  rows: readonly Row[],
  value: (row: Row) => BatchValue,
): BatchParameter {
  if (type === 'bytea') return rows.map(value); // the driver writes bytes best
  if (type === 'json') return `[${rows.map((row) => value(row) ?? 'null').join(',')}]`;
  const isText = type === 'text' || type === 'jsonb';
  let text = '';
  for (const row of rows) {
    const element = value(row);
    const separator = text === '' ? '{' : ',';
    if (element === null || element === undefined) text += `${separator}NULL`;
    else if (isText) text += `${separator}"${escaped(String(element))}"`;
    else text += `${separator}${String(element)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** An array as its text, or one that the driver turns into it. */
export type BatchParameter = string | readonly BatchValue[];

const special = /["\\]/;

function escaped(text: string): string {
  return special.test(text) ? text.replace(/["\\]/g, '\\$&') : text;
}
