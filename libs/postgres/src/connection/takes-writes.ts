import pg from 'pg';
import { connectionConfig, watch, type ConnectionSettings } from './settings.js';

/** Beyond the time between two probes, so that these need no new connection where the server has none left. */
const keptMs = 60_000;

/** A connection to ask whether the server is there, whoever else has all those of the pool. */
export function probingPool(settings: ConnectionSettings, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    ...connectionConfig(settings),
    max: 1,
    idleTimeoutMillis: keptMs,
    onConnect: (client) => watch(client, settings),
  });
  return pool.on('error', onError);
}

/**
 * Whether the server takes writes: a replica does not, nor one that was made read-only, as the old primary after a
 * failover. Its connection is not kept then, since the address may lead to another server by now.
 */
export async function takesWrites(pool: pg.Pool): Promise<boolean> {
  const client = await pool.connect();
  // what is asked fails then; an error that nobody hears ends the process
  const heard = () => undefined;
  client.on('error', heard);
  let isGood = false;
  try {
    const { rows } = await client.query<{ transaction_read_only: string }>('SHOW transaction_read_only');
    isGood = rows[0]?.transaction_read_only === 'off';
    return isGood;
  } finally {
    client.off('error', heard);
    client.release(!isGood);
  }
}
