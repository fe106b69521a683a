import { types } from 'node:util';
import { errorCodeOf } from './errors.js';
import type { Transaction } from './transaction.js';

/**
 * Writes what PostgreSQL may refuse for what is in it; any other error is thrown.
 * @param before a savepoint that stands there already
 * @returns null: it is written; an error: it is not, and the transaction is as it was before
 */
export async function refusalOf(
  tx: Transaction,
  write: () => Promise<void>,
  before: string | undefined,
): Promise<Error | null> {
  const savepoint = before ?? 'before_part';
  if (before === undefined) await tx.query(`SAVEPOINT ${savepoint}`);
  try {
    await write();
    if (before === undefined) await tx.query(`RELEASE SAVEPOINT ${savepoint}`);
    return null;
  } catch (error) {
    if (!isOfContent(error)) throw error;
    await tx.query(`ROLLBACK TO SAVEPOINT ${savepoint}`);
    return error;
  }
}

/** Class 22: data exceptions; 23: constraints; 54000: an index key that is too large. */
const contentFaults = /^(22...|23...|54000)$/;

/** Whether the same content would be refused again, now and for ever. */
function isOfContent(error: unknown): error is Error {
  if (!types.isNativeError(error)) return false;
  const code = errorCodeOf(error);
  // a partition that is missing has the code of a check, but no constraint
  if (code === '23514' && !('constraint' in error && error.constraint !== undefined)) return false;
  if (code !== undefined) return contentFaults.test(code);
  return error instanceof TypeError || error instanceof RangeError;
}
