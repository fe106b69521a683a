import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { startNatsServer, startPostgres, supervise, type SupervisedServer } from '@postel/embedded-servers';
import pg from 'pg';
import { locateTestNatsServer, tempDir, waitUntil, type TempDir } from './index.js';

/** What the all-in-one promises: a server that dies is brought back, with all that it had acknowledged. */
let directory: TempDir;
beforeEach(() => {
  directory = tempDir('supervised');
});
afterEach(() => directory.remove());

async function killedAndBack(server: SupervisedServer): Promise<void> {
  const killed = server.pid() as number;
  process.kill(killed, 'SIGKILL');
  await waitUntil(() => server.pid() !== undefined && server.pid() !== killed, {
    describe: 'the server to be back',
  });
}

it('a killed nats-server is brought back with its messages', async () => {
  const binary = await locateTestNatsServer();
  const server = await supervise({
    start: (port) => startNatsServer({ binary, dataDir: directory.path, port }),
    port: 0,
    onNotice: () => undefined,
  });
  const connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'] });
  await jetstream(connection).publish('kept.one', 'hello');
  await killedAndBack(server);
  const stream = await waitUntil(() => jetstream(connection).streams.get('KEPT'));
  expect((await stream.getMessage({ seq: 1 }))?.string()).toBe('hello');
  await connection.close();
  await server.stop();
});

it('a killed PostgreSQL is brought back with its rows', async () => {
  const server = await supervise({
    start: (port) => startPostgres({ dataDir: directory.path, port, durable: true }),
    port: 0,
    onNotice: () => undefined,
  });
  await query(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await killedAndBack(server);
  expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  await server.stop();
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
