import type { DayPartitions } from '../connection/day-partitions.js';
import type { Sql } from '../connection/transaction.js';
import { statsHours, statsMinutes } from '../stats/stats-tables.js';
import { forgetAttempts, forgetPayloads, forgetRows, type Pass, type TenantDay } from './forget-rows.js';
import { daysFor, longestRowDays, shortestRowDays, type RetentionPolicy } from './retention-policy.js';
import { tenantsOfDay, tenantsWithDeadLetters } from './tenants-of-day.js';

/** Rows of one statement, so that none takes long. */
const batchSize = 5_000;
const dayMs = 86_400_000;
/** What ended late, of an event that is past its retention, can still be looked up this long. */
const afterEndMs = dayMs;
/** A day that something is left of is dropped as a whole later, rather than row by row, if it can be so soon. */
const patienceDays = 2;
/** Longer than a year, so that a yearly review finds all of it. */
const auditDays = 400;

const deadLettersSql = `
DELETE FROM dead_letters WHERE id IN (
  SELECT id FROM dead_letters WHERE tenant = $1 AND created_at < $2 LIMIT ${batchSize})`;
const deadPayloadsSql = `
UPDATE dead_letters SET payload = NULL, headers = NULL WHERE id IN (
  SELECT id FROM dead_letters WHERE tenant = $1 AND created_at < $2 AND payload IS NOT NULL LIMIT ${batchSize})`;
const jobsSql = `
DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE completed_at < $1 LIMIT ${batchSize})`;
/** Nobody goes on with them: what they were about is forgotten too. */
const pausedJobsSql = `
DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state = 'paused' AND updated_at < $1 LIMIT ${batchSize})`;
const erasedEventsSql = `
DELETE FROM erased_events WHERE event_seq IN (
  SELECT event_seq FROM erased_events WHERE accepted_at < $1 AND finished_at IS NOT NULL LIMIT ${batchSize})`;
/** So late nothing of them comes again that the delivery log would not know for old. */
const reopeningsSql = `
DELETE FROM reopened_in_order WHERE delivery_id IN (
  SELECT delivery_id FROM reopened_in_order WHERE is_over AND changed_at_ms < $1 LIMIT ${batchSize})`;
const auditSql = `
DELETE FROM audit_entries WHERE id IN (SELECT id FROM audit_entries WHERE at < $1 LIMIT ${batchSize})`;
const statsSql = (table: string) => `
DELETE FROM ${table} WHERE (start_at, tenant, endpoint_id) IN (
  SELECT start_at, tenant, endpoint_id FROM ${table} WHERE start_at < $1 LIMIT ${batchSize})`;
const positionsSql = `
DELETE FROM time_positions WHERE (list, seconds, start_at) IN (
  SELECT list, seconds, start_at FROM time_positions WHERE start_at < $1 LIMIT ${batchSize})`;

export interface Forgotten {
  /** Partitions that were dropped, of all tables. */
  readonly partitions: readonly string[];
  /** Events, deliveries and attempts that went one by one. */
  readonly rows: number;
  readonly payloads: number;
  readonly deadLetters: number;
  readonly jobs: number;
  readonly auditEntries: number;
}

/** The end of what is kept to be looked at. What is under way is not touched, nor what that needs. */
export class Retention {
  constructor(
    private readonly sql: Sql,
    private readonly partitions: DayPartitions,
  ) {}

  /**
   * Forgets, by UTC day of acceptance, what is past its retention: whole days where everything of them is, and otherwise
   * the rows of the tenants in question. May be repeated, broken off, and done by several processes at once. The tables
   * must be level with the streams: what they do not know of yet could be under way.
   */
  async keep(policy: RetentionPolicy, nowMs: number, stopped?: AbortSignal): Promise<Forgotten> {
    const partitions = await this.#dropDays(policy, nowMs);
    let rows = 0;
    let payloads = 0;
    for (const day of await this.partitions.days()) {
      if (stopped?.aborted) break;
      rows += await this.#forgetRowsOf(day, policy, nowMs, stopped);
      const less = await this.#forgetPartsOf(day, policy, nowMs, stopped);
      rows += less.attempts;
      payloads += less.payloads;
    }
    const deadLetters = await this.#forgetDeadLetters(policy, nowMs, stopped);
    const jobs = await this.#forgetJobs(startOfDay(nowMs, policy.fleet.rowDays), stopped);
    const longest = longestRowDays(policy);
    await this.#forgetNotes(startOfDay(nowMs, longest), stopped);
    await this.#forgetFigures(startOfDay(nowMs, longest), nowMs, stopped);
    const auditEnd = startOfDay(nowMs, Math.max(auditDays, longest));
    const auditEntries = await this.#inBatches(auditSql, [auditEnd], stopped);
    return { partitions, rows, payloads, deadLetters, jobs, auditEntries };
  }

  async #dropDays(policy: RetentionPolicy, nowMs: number): Promise<readonly string[]> {
    const end = dayOf(nowMs) - longestRowDays(policy);
    const past = (await this.partitions.days()).filter((day) => day < end);
    if (past.length === 0) return [];
    const needed = await this.#daysUnderWay(end, nowMs);
    return this.partitions.drop(past.filter((day) => !needed.has(day)));
  }

  /** Days before that one of which a delivery has not ended, or only just. */
  async #daysUnderWay(beforeDay: number, nowMs: number): Promise<ReadonlySet<number>> {
    const { rows } = await this.sql.query<{ day: number }>(
      `SELECT accepted_at_ms / ${dayMs} AS day FROM waiting WHERE accepted_at_ms < $1 GROUP BY 1
       UNION
       SELECT floor(extract(epoch FROM accepted_at) / 86400)::bigint FROM deliveries
        WHERE accepted_at < $2 AND (status IN ('pending', 'retrying') OR completed_at > $3) GROUP BY 1`,
      [beforeDay * dayMs, new Date(beforeDay * dayMs), new Date(nowMs - afterEndMs)],
    );
    return new Set(rows.map(({ day }) => Number(day)));
  }

  async #forgetRowsOf(
    day: number,
    policy: RetentionPolicy,
    nowMs: number,
    stopped?: AbortSignal,
  ): Promise<number> {
    const today = dayOf(nowMs);
    if (day >= today - shortestRowDays(policy)) return 0;
    const longest = today - longestRowDays(policy);
    const maySoonBeDropped = day < longest && day >= longest - patienceDays;
    let changed = 0;
    for (const tenant of await tenantsOfDay(this.sql, dateOf(day), dateOf(day + 1))) {
      const days = daysFor(policy, tenant).rowDays;
      // of the longest there is, the day itself was or will be dropped
      if (day >= today - days || (maySoonBeDropped && days === longestRowDays(policy))) continue;
      changed += (await forgetRows(this.sql, tenantDay(tenant, day, nowMs), stopped)).changed;
    }
    return changed;
  }

  async #forgetPartsOf(
    day: number,
    policy: RetentionPolicy,
    nowMs: number,
    stopped?: AbortSignal,
  ): Promise<{ payloads: number; attempts: number }> {
    const age = dayOf(nowMs) - day;
    let payloads = 0;
    let attempts = 0;
    for (const [tenant, { rowDays, payloadDays, attemptDays }] of policy.tenants) {
      if (age > rowDays) continue;
      const about = tenantDay(tenant, day, nowMs);
      if (age > payloadDays)
        payloads += await this.#once('payloads', about, () => forgetPayloads(this.sql, about, stopped));
      if (age > attemptDays)
        attempts += await this.#once('attempts', about, () => forgetAttempts(this.sql, about, stopped));
    }
    return { payloads, attempts };
  }

  /** A day that was gone through to its end has nothing more of the kind: it is not gone through every hour. */
  async #once(kind: string, { tenant, from }: TenantDay, forget: () => Promise<Pass>): Promise<number> {
    const day = from.toISOString().slice(0, 10);
    const done = await this.sql.query(
      'SELECT FROM forgotten_days WHERE tenant = $1 AND kind = $2 AND day = $3',
      [tenant, kind, day],
    );
    if (done.count > 0) return 0;
    const { changed, isComplete } = await forget();
    if (isComplete)
      await this.sql.query('INSERT INTO forgotten_days VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
        tenant,
        kind,
        day,
      ]);
    return changed;
  }

  async #forgetDeadLetters(policy: RetentionPolicy, nowMs: number, stopped?: AbortSignal): Promise<number> {
    let deleted = 0;
    for (const tenant of await tenantsWithDeadLetters(this.sql)) {
      const { rowDays, payloadDays } = daysFor(policy, tenant);
      deleted += await this.#inBatches(deadLettersSql, [tenant, startOfDay(nowMs, rowDays)], stopped);
      if (payloadDays < rowDays)
        await this.#inBatches(deadPayloadsSql, [tenant, startOfDay(nowMs, payloadDays)], stopped);
    }
    return deleted;
  }

  async #forgetJobs(before: Date, stopped?: AbortSignal): Promise<number> {
    const ended = await this.#inBatches(jobsSql, [before], stopped);
    return ended + (await this.#inBatches(pausedJobsSql, [before], stopped));
  }

  async #forgetFigures(before: Date, nowMs: number, stopped?: AbortSignal): Promise<void> {
    await this.#inBatches(statsSql(statsHours.name), [before], stopped);
    await this.#inBatches(statsSql(statsMinutes.name), [new Date(nowMs - statsMinutes.keptMs)], stopped);
    // a day more: what happened just before it was accepted, by the clocks of two machines, must still be found
    await this.#inBatches(positionsSql, [new Date(before.getTime() - dayMs)], stopped);
  }

  async #forgetNotes(before: Date, stopped?: AbortSignal): Promise<void> {
    await this.#inBatches(erasedEventsSql, [before], stopped);
    await this.#inBatches(reopeningsSql, [before.getTime()], stopped);
    await this.sql.query('DELETE FROM forgotten_days WHERE day < $1::timestamptz::date', [before]);
    await this.sql.query('DELETE FROM unprojected WHERE set_aside_at < $1', [before]);
  }

  async #inBatches(sql: string, parameters: readonly unknown[], stopped?: AbortSignal): Promise<number> {
    let changed = 0;
    for (let count = batchSize; count === batchSize && !stopped?.aborted; changed += count)
      count = (await this.sql.query(sql, parameters)).count;
    return changed;
  }
}

function tenantDay(tenant: string, day: number, nowMs: number): TenantDay {
  return { tenant, from: dateOf(day), to: dateOf(day + 1), endedAfter: new Date(nowMs - afterEndMs) };
}

function dayOf(timeMs: number): number {
  return Math.floor(timeMs / dayMs);
}

function dateOf(day: number): Date {
  return new Date(day * dayMs);
}

function startOfDay(nowMs: number, daysAgo: number): Date {
  return dateOf(dayOf(nowMs) - daysAgo);
}
