import type { Batch } from './batch.js';
import { errorCodeOf } from './errors.js';
import type { Transaction } from './transaction.js';

export interface StoreNew<Row> {
  readonly table: string;
  readonly batch: Batch<Row>;
  /** An INSERT over `batch.rows` that knows what to do with a row that is there. */
  readonly insertSql: string;
}

const uniqueViolation = '23505';

/**
 * Stores rows that hardly ever are there already: by COPY, which costs the server half of what an INSERT does and
 * refuses all of them when one is there. Then the INSERT decides.
 * @returns how many were inserted, or changed by the INSERT
 */
export async function storeNew<Row>(
  tx: Transaction,
  { table, batch, insertSql }: StoreNew<Row>,
  rows: readonly Row[],
): Promise<number> {
  let stored = 0;
  for (const part of batch.parts(rows)) {
    try {
      const copySql = `COPY ${table} (${batch.names}) FROM STDIN (FORMAT binary)`;
      await tx.copyIn(
        `SAVEPOINT before_copy; ${copySql}; RELEASE SAVEPOINT before_copy`,
        batch.binaryOf(part),
      );
      stored += part.length;
    } catch (error) {
      if (errorCodeOf(error) !== uniqueViolation) throw error;
      await tx.query('ROLLBACK TO SAVEPOINT before_copy');
      stored += (await tx.query(insertSql, batch.parametersOf(part))).count;
    }
  }
  return stored;
}
