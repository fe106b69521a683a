import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import {
  expectNoLeaks,
  startTestNats,
  startTestPostgres,
  type TestPostgres,
  type TestServer,
} from './index.js';

describe('the servers of a test', () => {
  let nats: TestServer;
  let postgres: TestPostgres;
  beforeAll(async () => {
    [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
  });
  afterAll(async () => {
    await Promise.all([nats.stop(), postgres.stop()]);
    await expectNoLeaks();
  });

  it('keeps what JetStream acknowledged when nats-server is killed and restarted', async () => {
    const before = await connect({ servers: nats.url, reconnect: false });
    const manager = await jetstreamManager(before);
    await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    await jetstream(before).publish('kept.one', 'hello');
    await nats.kill();
    await nats.restart();

    const after = await connect({ servers: nats.url, reconnect: false });
    const stream = await jetstream(after).streams.get('KEPT');
    expect((await stream.getMessage({ seq: 1 }))?.string()).toBe('hello');
    await after.close();
    await before.close();
  });

  it('gives each test a database of its own, and keeps it over a kill', async () => {
    const [first, second] = [await postgres.createDatabase(), await postgres.createDatabase()];
    expect(first).not.toBe(second);
    await query(first, 'CREATE TABLE here (id int)');
    await expect(query(second, 'SELECT * FROM here')).rejects.toThrow('does not exist');
    await postgres.kill();
    await postgres.restart();
    expect(await query(first, 'SELECT count(*)::int AS n FROM here')).toEqual([{ n: 0 }]);
  });
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
