import { cursorOf, keyOfCursor, pageOf, type Page } from '../connection/page.js';
import { storableTime } from '../connection/storable.js';
import type { Sql } from '../connection/transaction.js';
import { jobColumns, jobOf, type JobRow } from './job-row.js';
import type { Job, JobFilter } from './job.js';

/** By the time at which it was asked for, and among equals in the order in which they came. */
const newestFirst = 'ORDER BY created_at DESC, ordinal DESC';

export async function listJobs(sql: Sql, tenant: string, filter: JobFilter): Promise<Page<Job>> {
  const { cursor, endpointId, kinds, limit, state } = filter;
  const conditions = ['tenant = $1', 'kind = ANY ($2::text[])'];
  const parameters: unknown[] = [tenant, kinds];
  const narrow = (left: string, value: unknown): void => {
    if (value !== undefined) conditions.push(`${left} = $${parameters.push(value)}`);
  };
  narrow('state', state);
  narrow(`parameters ->> 'endpointId'`, endpointId);
  if (cursor !== undefined) {
    const [atMs = 0, ordinal] = keyOfCursor('j', 2, cursor);
    const at = `$${parameters.push(new Date(storableTime(atMs)))}`;
    conditions.push(`(created_at, ordinal) < (${at}, $${parameters.push(ordinal)})`);
  }
  const { rows } = await sql.query<JobRow & { readonly ordinal: number }>(
    `SELECT ${jobColumns}, ordinal FROM jobs WHERE ${conditions.join(' AND ')} ${newestFirst} LIMIT ${limit + 1}`,
    parameters,
  );
  return pageOf(rows, limit, jobOf, ({ created_at, ordinal }) =>
    cursorOf('j', [created_at.getTime(), ordinal]),
  );
}

export async function unfinishedJobs(sql: Sql, atMost: number): Promise<readonly Job[]> {
  const { rows } = await sql.query<JobRow>(
    `SELECT ${jobColumns} FROM jobs WHERE completed_at IS NULL ${newestFirst} LIMIT $1`,
    [atMost],
  );
  return rows.map(jobOf);
}
