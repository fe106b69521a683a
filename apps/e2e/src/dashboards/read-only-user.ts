import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { repositoryRoot } from '../harness/child-process.js';

const script = join(repositoryRoot, 'deploy', 'grafana', 'read-only-user.sql');

/** Makes the user as the documentation says, and is a pool of its connections. */
export async function connectAsGrafana(ownerUrl: string): Promise<pg.Pool> {
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
  return new pg.Pool({ connectionString: url.href, max: 4 });
}
