import type { DayPartitions } from '../connection/day-partitions.js';
import { statsHours, statsMinutes } from '../stats/stats-tables.js';
import type { Sql } from '../connection/transaction.js';

/** Rows of one statement, so that none takes long. */
const batchSize = 5_000;

const deadLettersSql = `
DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE accepted_at < $1 LIMIT ${batchSize})`;
const jobsSql = `
DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE completed_at < $1 LIMIT ${batchSize})`;
/** Nobody goes on with them: what they were about is forgotten too. */
const pausedJobsSql = `
DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state = 'paused' AND updated_at < $1 LIMIT ${batchSize})`;

const erasedEventsSql = `
DELETE FROM erased_events WHERE event_seq IN (
  SELECT event_seq FROM erased_events WHERE accepted_at < $1 AND finished_at IS NOT NULL LIMIT ${batchSize})`;
const auditSql = `
DELETE FROM audit_entries WHERE id IN (SELECT id FROM audit_entries WHERE at < $1 LIMIT ${batchSize})`;

const statsSql = (table: string) => `
DELETE FROM ${table} WHERE (start_at, tenant, endpoint_id) IN (
  SELECT start_at, tenant, endpoint_id FROM ${table} WHERE start_at < $1 LIMIT ${batchSize})`;
const positionsSql = `
DELETE FROM time_positions WHERE (list, seconds, start_at) IN (
  SELECT list, seconds, start_at FROM time_positions WHERE start_at < $1 LIMIT ${batchSize})`;

const dayMs = 86_400_000;

export interface Forgotten {
  /** Partitions that were dropped, of all tables. */
  readonly partitions: readonly string[];
  readonly deadLetters: number;
  readonly jobs: number;
}

/** The end of what is kept to be looked at. What still waits is kept elsewhere, and not touched. */
export class Retention {
  constructor(
    private readonly sql: Sql,
    private readonly partitions: DayPartitions,
  ) {}

  /**
   * Forgets what was accepted before the UTC day of this time, with its deliveries, attempts and dead letters, and the
   * jobs that ended, or were paused, before. May be repeated, and done by several processes at once.
   */
  async forgetBefore(timeMs: number, stopped?: AbortSignal): Promise<Forgotten> {
    const dropped = await this.partitions.dropBefore(timeMs);
    const startOfDay = startOfDayOf(timeMs);
    await this.#deleteAll(erasedEventsSql, startOfDay, stopped);
    await this.#deleteAll(statsSql(statsHours.name), startOfDay, stopped);
    // a day more: what happened just before it was accepted, by the clocks of two machines, must still be found
    await this.#deleteAll(positionsSql, new Date(startOfDay.getTime() - dayMs), stopped);
    return {
      partitions: dropped,
      deadLetters: await this.#deleteAll(deadLettersSql, startOfDay, stopped),
      jobs:
        (await this.#deleteAll(jobsSql, startOfDay, stopped)) +
        (await this.#deleteAll(pausedJobsSql, startOfDay, stopped)),
    };
  }

  /** Forgets who did what before the UTC day of this time. @returns how many entries */
  async forgetAuditBefore(timeMs: number, stopped?: AbortSignal): Promise<number> {
    return this.#deleteAll(auditSql, startOfDayOf(timeMs), stopped);
  }

  /** Figures by the minute, which are asked for an hour long. */
  async forgetMinutes(nowMs: number, stopped?: AbortSignal): Promise<void> {
    await this.#deleteAll(statsSql(statsMinutes.name), new Date(nowMs - statsMinutes.keptMs), stopped);
  }

  async #deleteAll(sql: string, before: Date, stopped?: AbortSignal): Promise<number> {
    let deleted = 0;
    for (let count = batchSize; count === batchSize && !stopped?.aborted; deleted += count)
      count = (await this.sql.query(sql, [before])).count;
    return deleted;
  }
}

function startOfDayOf(timeMs: number): Date {
  return new Date(Math.floor(timeMs / dayMs) * dayMs);
}
