import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { readAs } from '../stack/endpoints.js';
import type { Stack } from '../stack/start-stack.js';
import type { QueryCall } from './query-calls.js';

/** Of what the services ask all the time, nothing takes as long. */
const slowerThanMs = 1;

/**
 * The plans by which PostgreSQL answers these calls, with times and buffers, as its own log has them (auto_explain): the
 * statements of the services themselves, with their parameters.
 */
export async function explainCalls(stack: Stack, calls: readonly QueryCall[]): Promise<string> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  try {
    await explainFromNowOn(client);
    const log = await logFile(client);
    const plans: string[] = [];
    for (const call of calls) {
      await readAs(stack, call.tenant, call.path(0)).catch(() => undefined); // on a connection that is gone
      await readAs(stack, call.tenant, call.path(0));
      await delay(200);
      const from = statSync(log).size;
      await readAs(stack, call.tenant, call.path(1));
      await delay(200); // until the server has written it
      plans.push(`== ${call.what}\n${call.path(1)}\n${readFileSync(log).subarray(from).toString()}\n`);
    }
    return plans.join('\n');
  } finally {
    await client.end();
  }
}

/** In connections that are made from now on; all others are ended. */
async function explainFromNowOn(client: pg.Client): Promise<void> {
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': String(slowerThanMs),
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'on',
  };
  for (const [name, value] of Object.entries(settings))
    await client.query(`ALTER SYSTEM SET ${name} = '${value}'`);
  await client.query('SELECT pg_reload_conf()');
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
}

/** Where the embedded server writes it. */
async function logFile(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
  return join(dirname(rows[0]?.data_directory ?? ''), 'postgres.log');
}
