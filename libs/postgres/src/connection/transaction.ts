import type pg from 'pg';
import { copyIn } from './copy-query.js';

export interface QueryAnswer<Row> {
  readonly rows: Row[];
  /** Rows returned, or written. */
  readonly count: number;
}

/** Runs one statement with positional parameters. */
export interface Sql {
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<QueryAnswer<Row>>;
}

/** An open transaction; what its work throws rolls it back. */
export interface Transaction extends Sql {
  readonly isTransaction: true;
  /** Runs statements of which one is a `COPY … FROM STDIN`, and gives it this to read. */
  copyIn(sql: string, data: Uint8Array): Promise<void>;
}

export function sqlOf(connection: pg.Pool | pg.ClientBase): Sql {
  return {
    query: async <Row extends object>(sql: string, parameters: readonly unknown[] = []) => {
      const { rows, rowCount } = await connection.query<Row & pg.QueryResultRow>(sql, [...parameters]);
      return { rows, count: rowCount ?? 0 };
    },
  };
}

/**
 * BEGIN, the work, COMMIT. Throws what the work throws, after ROLLBACK.
 * @param settings `SET LOCAL` statements, sent with the BEGIN
 */
export async function inTransaction<T>(
  client: pg.ClientBase,
  work: (tx: Transaction) => Promise<T>,
  settings = '',
): Promise<T> {
  await client.query(`BEGIN; ${settings}`);
  try {
    const result = await work({
      ...sqlOf(client),
      isTransaction: true,
      copyIn: (sql, data) => copyIn(client, sql, data),
    });
    // A transaction in which a statement failed answers COMMIT with ROLLBACK, and no error.
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT')
      throw new Error('The transaction was rolled back: one of its statements failed');
    return result;
  } catch (error) {
    // On a broken connection this fails too, and the server has rolled back already: the first error tells more.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** A transaction on a connection of the pool; a connection that broke is not given back to it. */
export async function poolTransaction<T>(
  pool: pg.Pool,
  work: (tx: Transaction) => Promise<T>,
  settings = '',
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    return await inTransaction(client, work, settings);
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
