import type pg from 'pg';
import { lockClass } from '../connection/locks.js';
import { connectAlone, type ConnectionSettings } from '../connection/settings.js';
import { silentAfterMs } from '../connection/silence.js';
import type { Sql } from '../connection/transaction.js';
import { ConnectionLease, type ProjectionLease } from './projection-lease.js';

const mostRowsCounted = 100_000;

/** A connection that waits for the right to write. It is kept: to make one costs more than to ask on it. */
interface Standby {
  readonly client: pg.Client;
  readonly lease: ConnectionLease;
  /** Others can see that it waits. */
  isTold: boolean;
}

/** Of the time after which the server ends an idle session. */
const beatsWithin = 4;

/** A database that does not even answer this is gone, and the connection with it. */
const answerWithinMs = 5_000;

/** How far each projection has come, and who writes it. */
export class ProjectionStore {
  readonly #standbys = new Map<string, Standby>();

  constructor(
    private readonly settings: ConnectionSettings,
    private readonly onError: (error: Error) => void,
    private readonly sql: Sql,
  ) {}

  /**
   * Takes a projection for this process, on a connection of its own that the lease keeps. (A session lock: no
   * transaction pooler between.)
   * @returns null when another holds it; this process stands by then, until it has it or {@link close}
   * @throws DatabaseUnreachable
   */
  async acquire(name: string): Promise<ProjectionLease | null> {
    const standby = this.#take(name) ?? (await this.#connect(name));
    try {
      if (await this.#lock(standby)) {
        standby.client.on('error', this.onError);
        return standby.lease;
      }
    } catch (error) {
      await standby.lease.release().catch(this.onError);
      throw error;
    }
    const other = this.#take(name);
    this.#standbys.set(name, standby);
    await other?.lease.release();
    return null;
  }

  /** Whether for each of these another stands by, this process or another. */
  async areAwaited(names: readonly string[]): Promise<boolean> {
    const { rows } = await this.sql.query<{ count: number }>(
      `SELECT count(DISTINCT objid)::int AS count
         FROM pg_locks, unnest($2::text[]) AS name
        WHERE locktype = 'advisory' AND classid = $1 AND objid = (hashtext(name)::bigint & 4294967295)::oid
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [lockClass.standbys, names.map((name) => this.#key(name))],
    );
    return rows[0]?.count === names.length;
  }

  /** Stands by no more; leases are released by their holders. */
  async close(): Promise<void> {
    const standbys = [...this.#standbys.values()];
    this.#standbys.clear();
    await Promise.all(standbys.map(({ lease }) => lease.release().catch(this.onError)));
  }

  /** How far they have come, whoever writes them, by name; one that never began is left out. */
  async positions(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.sql.query<{ name: string; seq: number }>(
      'SELECT name, seq FROM projection_positions',
    );
    return new Map(rows.map(({ name, seq }) => [name, seq]));
  }

  /** Rows of `unprojected`, by projection; those that have none are left out. Of very many, as many as it looks at. */
  async setAside(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.sql.query<{ projection: string; count: number }>(
      `SELECT projection, count(*)::int AS count
         FROM (SELECT projection FROM unprojected LIMIT ${mostRowsCounted}) AS counted
        GROUP BY projection`,
    );
    return new Map(rows.map(({ projection, count }) => [projection, count]));
  }

  /** One that stands by already; others may ask for the same meanwhile. */
  #take(name: string): Standby | undefined {
    const standby = this.#standbys.get(name);
    this.#standbys.delete(name);
    return standby?.lease.isLost ? undefined : standby;
  }

  async #connect(name: string): Promise<Standby> {
    // a session whose process is gone without a word must not keep its locks
    const more = [`idle_session_timeout=${this.#idleMs}`];
    // one that breaks while it stands by is nobody's trouble
    const client = await connectAlone(this.settings, () => undefined, { more });
    return { client, lease: new ConnectionLease(name, client), isTold: false };
  }

  async #lock(standby: Standby): Promise<boolean> {
    const { client, lease } = standby;
    const key = this.#key(lease.name);
    const asked = 'SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked';
    const { rows } = await ask<{ locked: boolean }>(client, asked, [lockClass.projections, key]);
    if (!rows[0]?.locked) {
      if (!standby.isTold)
        await ask(client, 'SELECT pg_advisory_lock_shared($1, hashtext($2))', [lockClass.standbys, key]);
      standby.isTold = true;
      return false;
    }
    if (standby.isTold)
      await ask(client, 'SELECT pg_advisory_unlock_shared($1, hashtext($2))', [lockClass.standbys, key]);
    // The server may forget the last commits when it crashes: their position with them, so that they are applied again.
    await client.query('SET synchronous_commit = off');
    await client.query('INSERT INTO projection_positions (name, seq) VALUES ($1, 0) ON CONFLICT DO NOTHING', [
      lease.name,
    ]);
    lease.keepAlive(this.#idleMs / beatsWithin);
    return true;
  }

  get #idleMs(): number {
    return this.settings.silentAfterMs ?? silentAfterMs;
  }

  #key(name: string): string {
    return this.settings.schema === undefined ? name : `${this.settings.schema}.${name}`;
  }
}

function ask<Row extends pg.QueryResultRow>(client: pg.Client, text: string, values: readonly unknown[]) {
  // its types leave out what the driver knows
  const query: pg.QueryConfig & { readonly query_timeout: number } = {
    text,
    values: [...values],
    query_timeout: answerWithinMs,
  };
  return client.query<Row>(query);
}
