import type { PostgresPool } from '../postgres-pool.js';
import type { InboxMessage, InboxStore, TakenMessage } from './inbox-store.js';

/** To be run by the application's own migrations. `due_at` is the end of the lease of what has an owner. */
export const inboxTables = `
CREATE TABLE IF NOT EXISTS webhook_inbox (
  id text PRIMARY KEY,
  type text NOT NULL,
  headers jsonb NOT NULL,
  body bytea NOT NULL,
  ordering_key text,
  sequence bigint,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'dead')),
  owner text,
  attempts integer NOT NULL DEFAULT 0,
  put_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL DEFAULT now(),
  reason text
);
CREATE INDEX IF NOT EXISTS webhook_inbox_due ON webhook_inbox (due_at) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS webhook_inbox_kept ON webhook_inbox (due_at) WHERE state = 'done';
CREATE INDEX IF NOT EXISTS webhook_inbox_order ON webhook_inbox (ordering_key, sequence) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS webhook_inbox_sequences (
  ordering_key text PRIMARY KEY,
  sequence bigint NOT NULL
);`;

const inMs = (parameter: string) => `now() + ${parameter} * interval '1 millisecond'`;

const putSql = `
INSERT INTO webhook_inbox (id, type, headers, body, ordering_key, sequence)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`;

const takeSql = `
UPDATE webhook_inbox AS taken SET owner = $1, attempts = attempts + 1, due_at = ${inMs('$2')}
WHERE id = (
  SELECT id FROM webhook_inbox AS next
  WHERE state = 'waiting' AND due_at <= now() AND (ordering_key IS NULL OR NOT EXISTS (
    SELECT FROM webhook_inbox AS other
    WHERE other.state = 'waiting' AND other.ordering_key = next.ordering_key AND other.id <> next.id
      AND (other.sequence < next.sequence OR (other.owner IS NOT NULL AND other.due_at > now()))))
  ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, type, headers, body, ordering_key, sequence, attempts,
  extract(epoch FROM now() - put_at) * 1000 AS age_ms,
  (SELECT last.sequence FROM webhook_inbox_sequences AS last
   WHERE last.ordering_key = taken.ordering_key) AS last_sequence`;

const extendSql = `UPDATE webhook_inbox SET due_at = ${inMs('$3')} WHERE id = $1 AND owner = $2`;

const putBackSql = `
UPDATE webhook_inbox SET owner = NULL, due_at = ${inMs('$3')}, reason = coalesce($4, reason),
  attempts = attempts - CASE WHEN $4::text IS NULL THEN 1 ELSE 0 END
WHERE id = $1 AND owner = $2`;

/** One statement, so that a crash leaves all of it or nothing. */
const finishSql = `
WITH finished AS (
  UPDATE webhook_inbox SET owner = NULL, due_at = ${inMs('$4')}, reason = $3,
    state = CASE WHEN $3::text IS NULL THEN 'done' ELSE 'dead' END,
    body = CASE WHEN $3::text IS NULL THEN ''::bytea ELSE body END
  WHERE id = $1 AND owner = $2
  RETURNING ordering_key, sequence),
passed AS (
  INSERT INTO webhook_inbox_sequences AS last (ordering_key, sequence)
  SELECT ordering_key, sequence FROM finished WHERE ordering_key IS NOT NULL
  ON CONFLICT (ordering_key) DO UPDATE SET sequence = greatest(last.sequence, excluded.sequence)),
roused AS (
  UPDATE webhook_inbox AS next SET due_at = now() FROM finished
  WHERE next.ordering_key = finished.ordering_key AND next.sequence = finished.sequence + 1
    AND next.state = 'waiting' AND next.attempts = 0)
SELECT FROM finished`;

const forgetSql = `
DELETE FROM webhook_inbox WHERE id IN (
  SELECT id FROM webhook_inbox WHERE state = 'done' AND due_at <= now()
  ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)`;

/** In the tables {@link inboxTables}, by the database's clock. Dead messages stay, with their bodies, for people to look at. */
export class PostgresInboxStore implements InboxStore {
  constructor(private readonly pool: PostgresPool) {}

  put({ id, type, headers, body, order }: InboxMessage): Promise<boolean> {
    const values = [id, type, JSON.stringify(headers), body, order?.key ?? null, order?.sequence ?? null];
    return this.changes(putSql, values);
  }

  async take(owner: string, leaseMs: number): Promise<TakenMessage | null> {
    const [row] = (await this.pool.query(takeSql, [owner, leaseMs])).rows;
    return row === undefined ? null : takenOf(row);
  }

  extend(id: string, owner: string, leaseMs: number): Promise<boolean> {
    return this.changes(extendSql, [id, owner, leaseMs]);
  }

  putBack(id: string, owner: string, afterMs: number, reason: string | null): Promise<boolean> {
    return this.changes(putBackSql, [id, owner, afterMs, storable(reason)]);
  }

  finish(id: string, owner: string, reason: string | null, keepMs: number): Promise<boolean> {
    return this.changes(finishSql, [id, owner, storable(reason), keepMs]);
  }

  /** Deletes what is done and was kept long enough, to be called now and then. @returns how many; as many as `limit`: again */
  async forget(limit = 10_000): Promise<number> {
    return (await this.pool.query(forgetSql, [limit])).rowCount ?? 0;
  }

  private async changes(sql: string, values: unknown[]): Promise<boolean> {
    return (await this.pool.query(sql, values)).rowCount === 1;
  }
}

/** PostgreSQL's text has no NUL. */
function storable(reason: string | null): string | null {
  return reason?.replaceAll('\0', '\ufffd') ?? null;
}

function takenOf(row: Record<string, unknown>): TakenMessage {
  const key = row['ordering_key'];
  return {
    id: String(row['id']),
    type: String(row['type']),
    headers: row['headers'] as Record<string, string>,
    body: row['body'] as Uint8Array,
    // pg gives a bigint as text
    order: typeof key === 'string' ? { key, sequence: Number(row['sequence']) } : null,
    attemptNumber: Number(row['attempts']),
    ageMs: Number(row['age_ms']),
    lastSequence: row['last_sequence'] === null ? null : Number(row['last_sequence']),
  };
}
