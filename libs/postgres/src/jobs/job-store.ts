import type { JobCursor, JobKind } from '@postel/contracts';
import { errorCodeOf } from '../connection/errors.js';
import type { Page } from '../connection/page.js';
import type { Sql } from '../connection/transaction.js';
import { jobColumns as columns, jobOf, type JobRow } from './job-row.js';
import type { Job, JobClaim, JobFilter, JobOf, JobProgress, JobRelease, NewJob } from './job.js';
import { listJobs, unfinishedJobs } from './list-jobs.js';

/** So long a process may be silent before another takes its job up. */
const leaseSeconds = 15;
const lease = `leased_until = now() + interval '${leaseSeconds} s'`;
/** A job that was paused, or that another process has by now, is in nobody else's hands. */
const inHand = `id = $1 AND owner = $2 AND state = 'running'`;

const claimSql = `
UPDATE jobs SET state = 'running', owner = $2, updated_at = now(), ${lease}
 WHERE id = (
   SELECT id FROM jobs
    WHERE kind = $1 AND completed_at IS NULL AND state <> 'paused' AND (leased_until IS NULL OR leased_until < now())
    ORDER BY updated_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING ${columns}`;

const reportSql = `
UPDATE jobs SET done = $3, total = $4, error = NULL, updated_at = now(), ${lease} WHERE ${inHand}`;

const saveSql = `
UPDATE jobs SET cursor = $3, done = $4, total = $5, failed = $6, deliveries = $7, error = NULL, waiting_for = NULL,
       updated_at = now(), ${lease}
 WHERE ${inHand}`;

const endSql = `
UPDATE jobs SET state = $3, error = $4, waiting_for = NULL, updated_at = now(), completed_at = now(), leased_until = NULL
 WHERE ${inHand}`;

const releaseSql = `
UPDATE jobs SET error = $3, waiting_for = $4, updated_at = now(), leased_until = now() + $5 * interval '1 ms'
 WHERE ${inHand}`;

/** Its owner notices with the next thing that it stores. */
const pauseSql = `
UPDATE jobs SET state = 'paused', owner = NULL, leased_until = NULL, waiting_for = NULL, updated_at = now()
 WHERE id = $1 AND kind <> 'tenant_erasure' AND completed_at IS NULL AND state <> 'paused'`;

const resumeSql = `UPDATE jobs SET state = 'queued', updated_at = now() WHERE id = $1 AND state = 'paused'`;

const uniqueViolation = '23505';

/**
 * Jobs, each in the hands of one process at a time:
 *
 *   queued ──claim──▶ running ──end──▶ succeeded | failed
 *     ▲                │  ╰──release, or silent for 15 s──▶ to be claimed again, by any process
 *     ╰──resume── paused ◀──pause (queued or running)
 */
export class JobStore {
  constructor(private readonly sql: Sql) {}

  /**
   * A job that is there already stays as it is.
   * @returns `false` when another with the same `alone` is queued or under way
   */
  async create({ id, tenant, kind, parameters, createdAtMs, alone }: NewJob): Promise<boolean> {
    try {
      await this.sql.query(
        `INSERT INTO jobs (id, tenant, kind, parameters, state, created_at, alone)
         VALUES ($1, $2, $3, $4, 'queued', $5, $6) ON CONFLICT (id) DO NOTHING`,
        [id, tenant, kind, JSON.stringify(parameters), new Date(createdAtMs), alone ?? null],
      );
      return true;
    } catch (error) {
      if (errorCodeOf(error) === uniqueViolation) return false;
      throw error;
    }
  }

  async find(id: string): Promise<Job | null> {
    const { rows } = await this.sql.query<JobRow>(`SELECT ${columns} FROM jobs WHERE id = $1`, [id]);
    return rows[0] ? jobOf(rows[0]) : null;
  }

  /**
   * Of a tenant, newest first.
   * @throws InvalidCursor
   */
  list(tenant: string, filter: JobFilter): Promise<Page<Job>> {
    return listJobs(this.sql, tenant, filter);
  }

  /** Of all tenants, newest first. */
  unfinished(atMost: number): Promise<readonly Job[]> {
    return unfinishedJobs(this.sql, atMost);
  }

  /** Of those that nobody works on the one that was worked on least lately. */
  async claim<Kind extends JobKind>(kind: Kind, owner: string): Promise<JobOf<Kind> | null> {
    const { rows } = await this.sql.query<JobRow>(claimSql, [kind, owner]);
    return rows[0] ? (jobOf(rows[0]) as unknown as JobOf<Kind>) : null;
  }

  /** @returns `false` when it is in other hands by now: stop working on it */
  async report({ jobId, owner }: JobClaim, progress: Pick<Job, 'done' | 'total'>): Promise<boolean> {
    const { count } = await this.sql.query(reportSql, [jobId, owner, progress.done, progress.total]);
    return count === 1;
  }

  /** Cursor and progress together. @returns as {@link report} */
  async save({ jobId, owner }: JobClaim, cursor: JobCursor, progress: JobProgress): Promise<boolean> {
    const { done, total, failed, deliveries } = progress;
    const parameters = [jobId, owner, JSON.stringify(cursor), done, total, failed, deliveries];
    return (await this.sql.query(saveSql, parameters)).count === 1;
  }

  async end({ jobId, owner }: JobClaim, state: 'succeeded' | 'failed', error: string | null): Promise<void> {
    await this.sql.query(endSql, [jobId, owner, state, error]);
  }

  /** It cannot go on right now; after a while anyone may try. */
  async release({ jobId, owner }: JobClaim, { error, waitingFor, afterMs }: JobRelease): Promise<void> {
    await this.sql.query(releaseSql, [jobId, owner, error ?? null, waitingFor ?? null, afterMs]);
  }

  /** @returns `false` when it has ended, is paused, or is none that can be */
  async pause(id: string): Promise<boolean> {
    return (await this.sql.query(pauseSql, [id])).count === 1;
  }

  /** @returns `in-the-way`: another with the same `alone` is queued or under way */
  async resume(id: string): Promise<'resumed' | 'not-paused' | 'in-the-way'> {
    try {
      return (await this.sql.query(resumeSql, [id])).count === 1 ? 'resumed' : 'not-paused';
    } catch (error) {
      if (errorCodeOf(error) === uniqueViolation) return 'in-the-way';
      throw error;
    }
  }
}
