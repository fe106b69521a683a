import type pg from 'pg';
import type { TableColumn } from './insert-sql.js';

/** As the database has them now. */
export async function columnsOf(client: pg.Client, table: string): Promise<readonly TableColumn[]> {
  const { rows } = await client.query<TableColumn>(
    `SELECT column_name AS name, is_nullable = 'NO' AND column_default IS NULL AS required
       FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name = $1
      ORDER BY ordinal_position`,
    [table],
  );
  return rows;
}
