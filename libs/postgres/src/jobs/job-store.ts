import type { JobKind, JobState } from '@postel/contracts';
import type { Sql } from '../connection/transaction.js';

export interface Job {
  readonly id: string;
  readonly tenant: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly done: number;
  /** `null`: not known yet. */
  readonly total: number | null;
  /** Why it failed, or what holds it up. */
  readonly error: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly completedAt: string | null;
}

export type NewJob = Pick<Job, 'id' | 'tenant' | 'kind'> & { readonly createdAtMs: number };

/** A job in the hands of one process, for as long as that says so in time. */
export interface JobClaim {
  readonly jobId: string;
  readonly owner: string;
}

interface JobRow extends Omit<Job, 'createdAt' | 'updatedAt' | 'completedAt'> {
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly completed_at: Date | null;
}

const columns = 'id, tenant, kind, state, done, total, error, created_at, updated_at, completed_at';

/** So long a process may be silent before another takes its job up. */
const leaseSeconds = 15;

const claimSql = `
UPDATE jobs SET state = 'running', owner = $2, leased_until = now() + interval '${leaseSeconds} s', updated_at = now()
 WHERE id = (
   SELECT id FROM jobs
    WHERE kind = $1 AND completed_at IS NULL AND (leased_until IS NULL OR leased_until < now())
    ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING ${columns}`;

const reportSql = `
UPDATE jobs SET done = $3, total = $4, error = NULL, updated_at = now(),
       leased_until = now() + interval '${leaseSeconds} s'
 WHERE id = $1 AND owner = $2 AND completed_at IS NULL`;

const endSql = `
UPDATE jobs SET state = $3, error = $4, updated_at = now(), completed_at = now(), leased_until = NULL
 WHERE id = $1 AND owner = $2 AND completed_at IS NULL`;

const releaseSql = `
UPDATE jobs SET error = $3, updated_at = now(), leased_until = now() + interval '1 s'
 WHERE id = $1 AND owner = $2 AND completed_at IS NULL`;

/**
 * Jobs, each in the hands of one process at a time:
 *
 *   queued ──claim──▶ running ──end──▶ succeeded | failed
 *                      ╰──release, or silent for 15 s──▶ to be claimed again, by any process
 */
export class JobStore {
  constructor(private readonly sql: Sql) {}

  /** A job that is there already stays as it is. */
  async create({ id, tenant, kind, createdAtMs }: NewJob): Promise<void> {
    await this.sql.query(
      `INSERT INTO jobs (id, tenant, kind, state, created_at) VALUES ($1, $2, $3, 'queued', $4)
       ON CONFLICT DO NOTHING`,
      [id, tenant, kind, new Date(createdAtMs)],
    );
  }

  async find(id: string): Promise<Job | null> {
    const { rows } = await this.sql.query<JobRow>(`SELECT ${columns} FROM jobs WHERE id = $1`, [id]);
    return rows[0] ? jobOf(rows[0]) : null;
  }

  /** The oldest that nobody works on. */
  async claim(kind: JobKind, owner: string): Promise<Job | null> {
    const { rows } = await this.sql.query<JobRow>(claimSql, [kind, owner]);
    return rows[0] ? jobOf(rows[0]) : null;
  }

  /** @returns `false` when it is in other hands by now: stop working on it */
  async report({ jobId, owner }: JobClaim, progress: Pick<Job, 'done' | 'total'>): Promise<boolean> {
    const { count } = await this.sql.query(reportSql, [jobId, owner, progress.done, progress.total]);
    return count === 1;
  }

  async end({ jobId, owner }: JobClaim, state: 'succeeded' | 'failed', error: string | null): Promise<void> {
    await this.sql.query(endSql, [jobId, owner, state, error]);
  }

  /** It cannot go on right now; a second later anyone may try. */
  async release({ jobId, owner }: JobClaim, error: string | null): Promise<void> {
    await this.sql.query(releaseSql, [jobId, owner, error]);
  }
}

function jobOf({ created_at, updated_at, completed_at, ...row }: JobRow): Job {
  return {
    ...row,
    createdAt: created_at.toISOString(),
    updatedAt: updated_at.toISOString(),
    completedAt: completed_at?.toISOString() ?? null,
  };
}
