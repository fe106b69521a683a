import { natsHeaders } from '@postel/contracts';
import type { Sql } from '../connection/transaction.js';

/** An event without its payload. */
export interface EventHead {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly acceptedAtMs: number;
  readonly channels: readonly string[];
  /** It was understood, and its payload is still there. */
  readonly valid: boolean;
  /** It was published for this endpoint alone. */
  readonly onlyEndpoint: string | null;
}

/** Events of a tenant between two positions, accepted in some time. */
export interface EventRange {
  readonly tenant: string;
  /** After this position in EVENTS, up to that one. */
  readonly after: number;
  readonly upTo: number;
  readonly sinceMs: number;
  /** Before. */
  readonly untilMs?: number | undefined;
}

const where = `tenant = $1 AND seq > $2 AND seq <= $3 AND accepted_at >= $4 AND accepted_at < $5`;

const pageSql = `
SELECT seq, id, type, accepted_at, channels, valid AND erased_at IS NULL AND payload IS NOT NULL AS valid, headers->>'${natsHeaders.onlyEndpoint}' AS only_endpoint
  FROM events WHERE ${where} ORDER BY seq LIMIT $6`;

const countSql = `SELECT count(*)::int AS count FROM (SELECT FROM events WHERE ${where} LIMIT $6) AS counted`;

interface HeadRow extends Omit<EventHead, 'acceptedAtMs' | 'onlyEndpoint'> {
  readonly accepted_at: Date;
  readonly only_endpoint: string | null;
}

/** In the order of EVENTS. */
export async function pageOfHeads(sql: Sql, range: EventRange, limit: number): Promise<readonly EventHead[]> {
  const { rows } = await sql.query<HeadRow>(pageSql, [...parametersOf(range), limit]);
  return rows.map(({ accepted_at, only_endpoint, ...row }) => ({
    ...row,
    acceptedAtMs: accepted_at.getTime(),
    onlyEndpoint: only_endpoint,
  }));
}

/** @returns `null`: more than `atMost` */
export async function countEvents(sql: Sql, range: EventRange, atMost: number): Promise<number | null> {
  const { rows } = await sql.query<{ count: number }>(countSql, [...parametersOf(range), atMost + 1]);
  const count = rows[0]?.count ?? 0;
  return count > atMost ? null : count;
}

function parametersOf({ tenant, after, upTo, sinceMs, untilMs }: EventRange): unknown[] {
  const until = untilMs === undefined ? 'infinity' : new Date(untilMs);
  return [tenant, after, upTo, new Date(sinceMs), until];
}
