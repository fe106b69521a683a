import type { Batch } from './batch.js';
import { errorCodeOf } from './errors.js';
import { atOnce, type Steps } from './steps.js';
import type { Transaction } from './transaction.js';

export interface StoreNew<Row> {
  readonly table: string;
  readonly batch: Batch<Row>;
  /** An INSERT over `batch.rows` that knows what to do with a row that is there. */
  readonly insertSql: string;
}

/** Some of the rows, and what COPY is to read of them. */
export interface CopyPart<Row> {
  readonly rows: readonly Row[];
  readonly data: Uint8Array;
}

/** What {@link storeNew} takes, made as it is taken. */
export function* copyPartsOf<Row>(batch: Batch<Row>, rows: readonly Row[]): Generator<CopyPart<Row>> {
  for (const part of batch.parts(rows)) yield { rows: part, data: atOnce(batch.binaryOf(part)) };
}

/** All of it at a time. To make it is half of what storing costs this process, and needs no transaction. */
export function* copyPartsAhead<Row>(batch: Batch<Row>, rows: readonly Row[]): Steps<CopyPart<Row>[]> {
  const parts: CopyPart<Row>[] = [];
  for (const part of batch.parts(rows)) parts.push({ rows: part, data: yield* batch.binaryOf(part) });
  return parts;
}

/** What became of rows: those that were new as a whole, and what the INSERT returned where some were not. */
export interface Stored<Row, Returned> {
  readonly copied: Row[];
  readonly returned: Returned[];
}

const uniqueViolation = '23505';

/**
 * Stores rows that hardly ever are there already: by COPY, which costs the server half of what an INSERT does and
 * refuses all of them when one is there. Then the INSERT decides.
 */
export async function storeNew<Row, Returned extends object = never>(
  tx: Transaction,
  { table, batch, insertSql }: StoreNew<Row>,
  parts: Iterable<CopyPart<Row>>,
): Promise<Stored<Row, Returned>> {
  const stored: Stored<Row, Returned> = { copied: [], returned: [] };
  for (const { rows, data } of parts) {
    try {
      const copySql = `COPY ${table} (${batch.names}) FROM STDIN (FORMAT binary)`;
      await tx.copyIn(`SAVEPOINT before_copy; ${copySql}; RELEASE SAVEPOINT before_copy`, data);
      for (const row of rows) stored.copied.push(row);
    } catch (error) {
      if (errorCodeOf(error) !== uniqueViolation) throw error;
      await tx.query('ROLLBACK TO SAVEPOINT before_copy');
      const { rows: returned } = await tx.query<Returned>(insertSql, batch.parametersOf(rows));
      for (const row of returned) stored.returned.push(row);
    }
  }
  return stored;
}
