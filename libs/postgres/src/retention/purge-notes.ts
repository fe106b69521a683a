import type { Sql } from '../connection/transaction.js';

const noteSql = `
WITH ripe AS (
  SELECT below FROM stream_purges WHERE stream = $1 AND noted_at <= now() - $3 * interval '1 millisecond'
), noted AS (
  INSERT INTO stream_purges AS note (stream, below, noted_at) VALUES ($1, $2, now())
      ON CONFLICT (stream) DO UPDATE SET below = excluded.below, noted_at = excluded.noted_at
   WHERE note.noted_at <= now() - $3 * interval '1 millisecond'
)
SELECT below FROM ripe`;

/**
 * Up to where a stream may be purged, noted some time before it is done: a server that crashes, or a standby that takes
 * over, may forget the last commits of projections, which then need again what they had read.
 */
export class PurgeNotes {
  constructor(private readonly sql: Sql) {}

  /**
   * Notes it, unless the last note is younger than that.
   * @returns what the last note said, once it is that old; null before
   */
  async note(stream: string, below: number, ripeAfterMs: number): Promise<number | null> {
    const { rows } = await this.sql.query<{ below: number }>(noteSql, [stream, below, ripeAfterMs]);
    return rows[0]?.below ?? null;
  }
}
