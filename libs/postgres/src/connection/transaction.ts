import type pg from 'pg';
import { copyIn } from './copy-query.js';
import { isReadOnly } from './errors.js';
import { withoutHurry } from './silence.js';

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
  /** Set before the work began: for the first that it does, since all that it did is undone by going back there. */
  readonly savepoint?: string;
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
 * @param first statements without parameters, sent with the BEGIN: a round trip less
 * @param work told what BEGIN and these were answered
 */
export async function inTransaction<T>(
  client: pg.ClientBase,
  work: (tx: Transaction, begun: readonly pg.QueryResult[]) => Promise<T>,
  first = '',
): Promise<T> {
  try {
    // of several statements the driver gives several answers, which its types leave out
    const begun: pg.QueryResult | readonly pg.QueryResult[] = await client.query(`BEGIN; ${first}`);
    const tx: Transaction = {
      ...sqlOf(client),
      isTransaction: true,
      copyIn: (sql, data) => copyIn(client, sql, data),
    };
    const result = await work(tx, [begun].flat());
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

/** A transaction on a connection of the pool. @param settings `SET LOCAL` statements */
export function poolTransaction<T>(
  pool: pg.Pool,
  work: (tx: Transaction) => Promise<T>,
  settings = '',
): Promise<T> {
  return onPooled(pool, (client) => inTransaction(client, work, settings));
}

/** The same, of statements that take as long as they take. */
export function longTransaction<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const settings = 'SET LOCAL statement_timeout = 0';
  return onPooled(pool, (client) => withoutHurry(client, () => inTransaction(client, work, settings)));
}

/** A connection that broke, or on which nothing can be written, is not given back to the pool. */
async function onPooled<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    return await work(client);
  } catch (error) {
    if (isReadOnly(error)) broken ??= error;
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
