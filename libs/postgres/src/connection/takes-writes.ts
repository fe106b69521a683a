import type pg from 'pg';

/**
 * Whether the server takes writes: a replica does not, nor one that was made read-only, as the old primary after a
 * failover. Its connection is not kept then, since the address may lead to another server by now.
 */
export async function takesWrites(pool: pg.Pool): Promise<boolean> {
  const client = await pool.connect();
  let isGood = false;
  try {
    const { rows } = await client.query<{ transaction_read_only: string }>('SHOW transaction_read_only');
    isGood = rows[0]?.transaction_read_only === 'off';
    return isGood;
  } finally {
    client.release(!isGood);
  }
}
