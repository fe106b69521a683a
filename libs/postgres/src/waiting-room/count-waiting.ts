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
  const { sample, share } = await sampleOf(sql, pagesAtMost);
  const { rows } = await sql.query<{ reason: WaitingReason; count: number }>(
    `SELECT reason, count(*) AS count FROM waiting ${sample} GROUP BY reason`,
  );
  return new Map(rows.map(({ reason, count }) => [reason, Math.round(count / share)]));
}

export interface WaitingCounts {
  readonly byReason: ReadonlyMap<WaitingReason, number>;
  readonly byTenant: ReadonlyMap<string, number>;
  readonly byEndpoint: ReadonlyMap<string, number>;
}

/** Likewise, for whom too: of one sample, so that the counts go together. */
export async function countWaiting(sql: Sql, pagesAtMost = maxPages): Promise<WaitingCounts> {
  const { sample, share } = await sampleOf(sql, pagesAtMost);
  const { rows } = await sql.query<{
    reason: WaitingReason;
    tenant: string;
    endpoint_id: string;
    count: number;
  }>(
    `SELECT reason, tenant, endpoint_id, count(*) AS count FROM waiting ${sample}
      GROUP BY reason, tenant, endpoint_id`,
  );
  const counts = {
    byReason: new Map<WaitingReason, number>(),
    byTenant: new Map<string, number>(),
    byEndpoint: new Map<string, number>(),
  };
  for (const { reason, tenant, endpoint_id, count } of rows) {
    add(counts.byReason, reason, count);
    add(counts.byTenant, tenant, count);
    add(counts.byEndpoint, endpoint_id, count);
  }
  for (const some of [counts.byReason, counts.byTenant, counts.byEndpoint] as Map<string, number>[])
    for (const [key, count] of some) some.set(key, Math.round(count / share));
  return counts;
}

function add<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

async function sampleOf(sql: Sql, pagesAtMost: number) {
  const pages = await sql.query<{ count: number }>(
    `SELECT pg_relation_size('waiting') / current_setting('block_size')::bigint AS count`,
  );
  const share = Math.min(1, pagesAtMost / Math.max(1, pages.rows[0]?.count ?? 1));
  return { share, sample: share < 1 ? `TABLESAMPLE SYSTEM (${100 * share})` : '' };
}
