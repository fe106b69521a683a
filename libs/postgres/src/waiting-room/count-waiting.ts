import type { Sql } from '../connection/transaction.js';
import type { WaitingReason } from './waiting-row.js';

/** A million rows have some 25,000 pages: to read them all takes a third of a second of a core from deliveries. */
const maxPages = 1_000;

/**
 * How many wait for which reason: exactly, as long as the table is small (some 40,000 rows), and otherwise as a random
 * part of its pages says. Reasons for which nothing waits, or so little that none of it was met, are left out.
 */
export async function countByReason(
  sql: Sql,
  pagesAtMost = maxPages,
): Promise<ReadonlyMap<WaitingReason, number>> {
  const pages = await sql.query<{ count: number }>(
    `SELECT pg_relation_size('waiting') / current_setting('block_size')::bigint AS count`,
  );
  const share = Math.min(1, pagesAtMost / Math.max(1, pages.rows[0]?.count ?? 1));
  const sample = share < 1 ? `TABLESAMPLE SYSTEM (${100 * share})` : '';
  const { rows } = await sql.query<{ reason: WaitingReason; count: number }>(
    `SELECT reason, count(*) AS count FROM waiting ${sample} GROUP BY reason`,
  );
  return new Map(rows.map(({ reason, count }) => [reason, Math.round(count / share)]));
}
