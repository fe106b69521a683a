import type { PostgresPool } from '../postgres-pool.js';
import type { Claim, IdempotencyStore } from './idempotency-store.js';

/** To be run by the application's own migrations. `result` is null while a key is claimed. */
export const idempotencyTable = `
CREATE TABLE IF NOT EXISTS webhook_idempotency (
  key text PRIMARY KEY,
  owner text NOT NULL,
  result text,
  ends_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS webhook_idempotency_ends_at ON webhook_idempotency (ends_at);`;

const inMs = (parameter: string) => `now() + ${parameter} * interval '1 millisecond'`;

const claimSql = `
INSERT INTO webhook_idempotency AS held (key, owner, ends_at) VALUES ($1, $2, ${inMs('$3')})
ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, result = NULL, ends_at = excluded.ends_at
WHERE held.ends_at <= now()`;

const heldSql = `
SELECT result, extract(epoch FROM ends_at - now()) * 1000 AS left_ms
FROM webhook_idempotency WHERE key = $1 AND ends_at > now()`;

const extendSql = `
UPDATE webhook_idempotency SET ends_at = ${inMs('$3')}
WHERE key = $1 AND owner = $2 AND result IS NULL AND ends_at > now()`;

const completeSql = `
INSERT INTO webhook_idempotency AS held (key, owner, result, ends_at) VALUES ($1, $2, $3, ${inMs('$4')})
ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, result = excluded.result, ends_at = excluded.ends_at
WHERE (held.owner = excluded.owner AND held.result IS NULL) OR held.ends_at <= now()`;

const releaseSql = `DELETE FROM webhook_idempotency WHERE key = $1 AND owner = $2 AND result IS NULL`;

const forgetSql = `
DELETE FROM webhook_idempotency WHERE key IN (
  SELECT key FROM webhook_idempotency WHERE ends_at <= now() ORDER BY ends_at LIMIT $1 FOR UPDATE SKIP LOCKED)
AND ends_at <= now()`;

/** In the table {@link idempotencyTable}, by the database's clock. */
export class PostgresIdempotencyStore implements IdempotencyStore {
  constructor(private readonly pool: PostgresPool) {}

  async claim(key: string, owner: string, leaseMs: number): Promise<Claim> {
    const claimed = await this.pool.query(claimSql, [key, owner, leaseMs]);
    if (claimed.rowCount === 1) return { kind: 'claimed' };
    const [held] = (await this.pool.query(heldSql, [key])).rows;
    // it ended or was released between the two questions: the sender's next attempt finds it free
    if (!held) return { kind: 'busy', leftMs: 0 };
    return typeof held['result'] === 'string'
      ? { kind: 'done', result: held['result'] }
      : { kind: 'busy', leftMs: Number(held['left_ms']) };
  }

  async extend(key: string, owner: string, leaseMs: number): Promise<boolean> {
    return (await this.pool.query(extendSql, [key, owner, leaseMs])).rowCount === 1;
  }

  async complete(key: string, owner: string, result: string, keepMs: number): Promise<boolean> {
    return (await this.pool.query(completeSql, [key, owner, result, keepMs])).rowCount === 1;
  }

  async release(key: string, owner: string): Promise<void> {
    await this.pool.query(releaseSql, [key, owner]);
  }

  /** Deletes what has ended, to be called now and then. @returns how many; as many as `limit`: call again */
  async forget(limit = 10_000): Promise<number> {
    return (await this.pool.query(forgetSql, [limit])).rowCount ?? 0;
  }
}
