import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startPostgres } from '@postel/embedded-servers';
import pg from 'pg';
import { startTestServer, type TestServer } from './test-server.js';

export interface TestPostgres extends TestServer {
  /** A new, empty database on this server, for one test; returns its URL. */
  createDatabase(): Promise<string>;
}

/** One for a test file; each test takes a database of its own. Without fsync: a killed machine is not what is tested. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const server = await startTestServer({
    purpose: 'postgres',
    start: (dataDir, port) =>
      startPostgres({
        dataDir,
        port,
        durable: false,
        template: template(),
        settings: { max_connections: '200' },
      }),
  });
  return { ...server, createDatabase: () => createDatabase(server.url) };
}

/** One cluster for a whole run of Jest, which tells where by its global setup. */
function template(): string | undefined {
  const directory = process.env['POSTEL_TEST_RUN_DIR'];
  return directory === undefined ? undefined : join(directory, 'postgres-cluster');
}

async function createDatabase(serverUrl: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
