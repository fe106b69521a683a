import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { repositoryRoot } from '../harness/child-process.js';

const script = join(repositoryRoot, 'deploy', 'grafana', 'read-only-user.sql');

/** Makes the user as the documentation says, and connects as it. */
export async function connectAsGrafana(ownerUrl: string): Promise<pg.Client> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    // twice: it may be run again
    await owner.query(readFileSync(script, 'utf8'));
    await owner.query(readFileSync(script, 'utf8'));
    await owner.query(`ALTER ROLE postel_grafana PASSWORD 'of-this-test'`);
  } finally {
    await owner.end();
  }
  const url = new URL(ownerUrl);
  url.username = 'postel_grafana';
  url.password = 'of-this-test';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return client;
}
