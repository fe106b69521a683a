import type pg from 'pg';
import type { ObjectLiteral, Repository } from 'typeorm';
import { cursorOf, type CursorKind, type Page } from './page.js';
import { poolTransaction, sqlOf, type Sql } from './transaction.js';

/**
 * So many rows are looked at for a page, some 20 ms when all of them must be fetched: where few of what an index finds
 * match, pages are shorter, and no list is ever slow.
 */
const maxLookedAt = 10_000;

/** A page ends early when its rows are this long together; at least one is on it. */
const maxPageBytes = 1024 * 1024;

/** SQL over the parameters for these values. */
export interface Condition {
  readonly values: readonly unknown[];
  readonly sql: (...parameters: readonly string[]) => string;
}

/** `column operator value` */
export function compared(column: string, operator: '=' | '<' | '<=' | '>=', value: unknown): Condition {
  return { values: [value], sql: (parameter) => `${column} ${operator} ${parameter}` };
}

/** A list in the order of its indexes, newest first. */
export interface ListScan<Row extends ObjectLiteral> {
  readonly repository: Repository<Row>;
  readonly kind: CursorKind;
  /** Columns of the order, and of the cursor. */
  readonly order: readonly string[];
  /** What an index finds, in the order. */
  readonly found: readonly Condition[];
  /** What is looked for in that. */
  readonly filtered: readonly Condition[];
  readonly keyOf: (row: Row) => readonly number[];
  readonly limit: number;
  /** SQL: how long a row is, in bytes, where rows can be long. */
  readonly size?: string;
}

/** What was found of a page, and whether there is more. */
interface FoundRows<Row> {
  readonly items: readonly Row[];
  readonly hasMore: boolean;
}

/**
 * One page. It may be shorter than its limit, or even empty, and not be the last: then its cursor goes on behind what
 * was looked at.
 */
export async function scanList<Row extends ObjectLiteral>(
  pool: pg.Pool,
  scan: ListScan<Row>,
): Promise<Page<Row>> {
  const { filtered, keyOf, kind } = scan;
  const { items, hasMore, end } =
    filtered.length === 0
      ? { ...(await rowsOf(sqlOf(pool), scan)), end: null }
      : await poolTransaction(pool, (tx) => rowsAndEnd(tx, scan), oneSnapshot);
  const last = items.at(-1);
  const next = hasMore && last ? keyOf(last) : end;
  return { items, nextCursor: next && cursorOf(kind, next) };
}

/** And in the order of an index: the planner would rather sort all that it finds where that is not much more. */
const oneSnapshot = `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off`;

/** The end is that of the last row that was looked at, where that was not the last there is. */
async function rowsAndEnd<Row extends ObjectLiteral>(
  sql: Sql,
  scan: ListScan<Row>,
): Promise<FoundRows<Row> & { readonly end: readonly number[] | null }> {
  const page = await rowsOf(sql, scan);
  if (page.hasMore) return { ...page, end: null };
  const found = foundSql(scan);
  const order = scan.order.join(', ');
  const { rows: ends } = await sql.query<Record<string, number>>(
    `SELECT ${order} FROM (${found.sql} OFFSET ${maxLookedAt - 1} LIMIT 1) AS found`,
    found.values,
  );
  const [end] = ends;
  return { ...page, end: end ? scan.order.map((column) => end[column] as number) : null };
}

/** One more than the limit is looked at, which only says that there is more; it and what is too much stay there. */
async function rowsOf<Row extends ObjectLiteral>(sql: Sql, scan: ListScan<Row>): Promise<FoundRows<Row>> {
  const { filtered, limit, order, repository, size } = scan;
  const found = foundSql(scan);
  const where = filtered.length === 0 ? null : allOf(filtered, found.values.length);
  const columns = repository.metadata.columns
    .filter(({ isSelect }) => isSelect)
    .map(({ databaseName, propertyName }) => `${databaseName} AS "${propertyName}"`);
  const page = `SELECT * FROM (${found.sql} LIMIT ${where ? maxLookedAt : limit + 1}) AS found
     ${where ? `WHERE ${where.sql}` : ''} ORDER BY ${descending(order)} LIMIT ${limit + 1}`;
  const before = `sum(${size ?? '0'}) OVER (ORDER BY ${descending(order)} ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW)`;
  const { rows } = await sql.query<Row & { listed_there: number }>(
    `SELECT ${columns.join(', ')}, listed_there
       FROM (SELECT *, count(*) OVER ()::int AS listed_there, ${before} AS listed_before FROM (${page}) AS page) AS sized
      WHERE coalesce(listed_before, 0) < ${maxPageBytes} ORDER BY ${descending(order)} LIMIT ${limit}`,
    [...found.values, ...(where?.values ?? [])],
  );
  return { items: rows, hasMore: (rows[0]?.listed_there ?? 0) > rows.length };
}

function foundSql<Row extends ObjectLiteral>({ found, order, repository }: ListScan<Row>) {
  const { sql, values } = allOf(found, 0);
  const from = `SELECT * FROM ${repository.metadata.tableName} WHERE ${sql}`;
  return { sql: `${from} ORDER BY ${descending(order)}`, values };
}

/** @param after how many parameters the statement has before these */
function allOf(conditions: readonly Condition[], after: number) {
  const values: unknown[] = [];
  const parts = conditions.map((condition) => {
    const parameters = condition.values.map((value) => `$${after + values.push(value)}`);
    return condition.sql(...parameters);
  });
  return { sql: parts.join(' AND '), values };
}

function descending(order: readonly string[]): string {
  return order.map((column) => `${column} DESC`).join(', ');
}
