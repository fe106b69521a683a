import type pg from 'pg';
import { errorCodeOf } from './errors.js';
import { lockClass } from './locks.js';
import { connectAlone, type ConnectionSettings } from './settings.js';
import { inTransaction, type Sql } from './transaction.js';

const dayMs = 86_400_000;
const daysAhead = 2;

/** Storage parameters cannot be given to the partitioned table, so each partition is made with its own. */
const partitionedTables = {
  events: 'fillfactor = 100',
  // Room for what a retry changes, on the same page (HOT).
  deliveries: 'fillfactor = 90',
  attempts: 'fillfactor = 100',
} as const;
type PartitionedTable = keyof typeof partitionedTables;

/** Partitions by the UTC day on which the event was accepted, made before they are needed. */
export class DayPartitions {
  /** Days (since 1970) of which all tables are known to have their partition. */
  readonly #known = new Set<number>();

  constructor(
    private readonly settings: ConnectionSettings,
    private readonly onError: (error: Error) => void,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /**
   * Afterwards there is a partition for each of these times, and for today and two days more. On a connection of its
   * own, committed at once: the caller's transaction may roll back, and a full pool cannot deadlock it.
   */
  async ensure(acceptedAtMs: Iterable<number>): Promise<void> {
    const today = Math.floor(this.nowMs() / dayMs);
    const days = new Set<number>();
    for (let day = today; day <= today + daysAhead; day++) days.add(day);
    for (const timeMs of acceptedAtMs) days.add(Math.floor(timeMs / dayMs));
    const missing = [...days].filter((day) => !this.#known.has(day)).sort((a, b) => a - b);
    if (missing.length === 0) return;
    await this.#create(missing);
    for (const day of missing) this.#known.add(day);
  }

  /** Runs a write; when a partition turns out to be gone (retention dropped it), the next ensure() looks anew. */
  async guard<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      // check_violation: also "no partition of relation found for row"
      if (errorCodeOf(error) === '23514') this.#known.clear();
      throw error;
    }
  }

  /** Days (since 1970) of which some table has a partition, oldest first. */
  async days(): Promise<readonly number[]> {
    const names = await this.#onConnection((client) => inTransaction(client, existingPartitions));
    return [...new Set([...names].map(dayOf))].filter(Number.isFinite).sort((a, b) => a - b);
  }

  /**
   * Drops the partitions of these days. Each for itself, and not for long: a reader that keeps one leaves the rest to the
   * next time.
   * @returns the names of those that are gone
   */
  async drop(days: readonly number[]): Promise<readonly string[]> {
    const gone = new Set(days);
    if (gone.size === 0) return [];
    return this.#onConnection(async (client) => {
      const dropped: string[] = [];
      const existing = await inTransaction(client, existingPartitions);
      for (const name of [...existing].sort()) {
        if (!gone.has(dayOf(name))) continue;
        await inTransaction(client, async (tx) => {
          await tx.query(`SET LOCAL lock_timeout = '2s'`);
          await tx.query('SELECT pg_advisory_xact_lock($1, 1)', [lockClass.partitions]);
          await tx.query(`DROP TABLE IF EXISTS ${name}`);
        });
        this.#known.delete(dayOf(name));
        dropped.push(name);
      }
      return dropped;
    });
  }

  #create(days: readonly number[]): Promise<void> {
    return this.#onConnection((client) =>
      inTransaction(client, async (tx) => {
        await tx.query('SELECT pg_advisory_xact_lock($1, 1)', [lockClass.partitions]);
        const existing = await existingPartitions(tx);
        for (const table of Object.keys(partitionedTables) as PartitionedTable[]) {
          for (const day of days) {
            if (!existing.has(partitionName(table, day))) await createPartition(tx, table, day);
          }
        }
      }),
    );
  }

  async #onConnection<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await connectAlone(this.settings, this.onError);
    try {
      return await work(client);
    } finally {
      await client.end().catch(this.onError);
    }
  }
}

async function existingPartitions(sql: Sql): Promise<ReadonlySet<string>> {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT child.relname AS name
       FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
      WHERE inhparent IN ('events'::regclass, 'deliveries'::regclass, 'attempts'::regclass)`,
  );
  return new Set(rows.map(({ name }) => name));
}

/** ATTACH, unlike CREATE … PARTITION OF, waits for no reader and no writer of the other partitions. */
async function createPartition(sql: Sql, table: PartitionedTable, day: number): Promise<void> {
  const name = partitionName(table, day);
  await sql.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL) WITH (${partitionedTables[table]})`);
  await sql.query(
    `ALTER TABLE ${table} ATTACH PARTITION ${name}
       FOR VALUES FROM ('${startOf(day)}') TO ('${startOf(day + 1)}')`,
  );
}

function startOf(day: number): string {
  return new Date(day * dayMs).toISOString();
}

function partitionName(table: PartitionedTable, day: number): string {
  return `${table}_${startOf(day).slice(0, 10).replaceAll('-', '')}`;
}

/** Of a partition that {@link partitionName} named; Infinity for any other table. */
function dayOf(name: string): number {
  const [, year, month, day] = /_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? [];
  return day === undefined ? Infinity : Date.parse(`${year}-${month}-${day}T00:00:00Z`) / dayMs;
}

/** The first moment of a partition's day. */
export function startOfPartition(name: string): number {
  return dayOf(name) * dayMs;
}
