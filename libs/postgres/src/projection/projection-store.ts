import type pg from 'pg';
import { lockClass } from '../connection/locks.js';
import { connectAlone, type ConnectionSettings } from '../connection/settings.js';
import type { Sql } from '../connection/transaction.js';
import { ConnectionLease, type ProjectionLease } from './projection-lease.js';

const mostRowsCounted = 100_000;

/** How far each projection has come, and who writes it. */
export class ProjectionStore {
  constructor(
    private readonly settings: ConnectionSettings,
    private readonly onError: (error: Error) => void,
    private readonly sql: Sql,
  ) {}

  /**
   * Takes a projection for this process, on a connection of its own that the lease keeps. (A session lock: no
   * transaction pooler between.)
   * @returns null when another holds it
   * @throws DatabaseUnreachable
   */
  async acquire(name: string): Promise<ProjectionLease | null> {
    const client = await connectAlone(this.settings, this.onError);
    const lease = new ConnectionLease(name, client);
    try {
      if (await this.#lock(client, name)) return lease;
    } catch (error) {
      await lease.release().catch(this.onError);
      throw error;
    }
    await lease.release();
    return null;
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

  async #lock(client: pg.Client, name: string): Promise<boolean> {
    const { rows } = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked',
      [lockClass.projections, this.settings.schema === undefined ? name : `${this.settings.schema}.${name}`],
    );
    if (!rows[0]?.locked) return false;
    // The server may forget the last commits when it crashes: their position with them, so that they are applied again.
    await client.query('SET synchronous_commit = off');
    await client.query('INSERT INTO projection_positions (name, seq) VALUES ($1, 0) ON CONFLICT DO NOTHING', [
      name,
    ]);
    return true;
  }
}
