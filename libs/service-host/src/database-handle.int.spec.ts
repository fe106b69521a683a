import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Logger } from '@postel/telemetry';
import { expectNoLeaks, startTestPostgres, waitUntil, type TestPostgres } from '@postel/testing';
import pg from 'pg';
import { DatabaseHandle } from './database-handle.js';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(async () => {
  await server.stop();
  await expectNoLeaks();
});

it('says each reason for which it waits, once', async () => {
  const url = new URL(await server.createDatabase());
  const operator = new pg.Client({ connectionString: url.href });
  await operator.connect();
  await operator.query('CREATE ROLE reader LOGIN');
  await operator.end();
  url.username = 'reader';
  await server.kill();

  const lines: string[] = [];
  const warn = ({ err }: { err: Error }) => lines.push(err.message);
  const options = { url: url.href, migrate: true, service: 'test', poolSize: 1 };
  const handle = new DatabaseHandle(options, { warn } as unknown as Logger);
  const refused = () => lines.filter((line) => line.includes('permission denied'));
  const away = () => lines.filter((line) => line.includes('ECONNREFUSED'));
  try {
    await waitUntil(() => away().length > 0);
    await server.restart();
    await waitUntil(() => refused().length > 0);
    await server.kill();
    await server.restart();
    expect([away().length, refused().length]).toEqual([1, 1]);
  } finally {
    await handle.close();
  }
});
