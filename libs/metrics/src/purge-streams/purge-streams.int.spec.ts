import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { disableGoneConsumer, dispatcherConsumer } from '@postel/contracts';
import {
  ack,
  BatchingPublisher,
  connectBroker,
  ConsumerRunner,
  ensureTopology,
  firstSequenceSince,
  type Broker,
} from '@postel/jetstream';
import { openDatabase, type Database } from '@postel/postgres';
import { createLogger, createMeters } from '@postel/telemetry';
import {
  expectNoLeaks,
  startTestNats,
  startTestPostgres,
  waitUntil,
  type TestPostgres,
  type TestServer,
} from '@postel/testing';
import type { MetricsParts } from '../parts.js';
import { PurgeStreams } from './purge-streams.js';

let nats: TestServer;
let postgres: TestPostgres;
let broker: Broker;
let database: Database;

beforeAll(async () => {
  postgres = await startTestPostgres();
});
beforeEach(async () => {
  nats = await startTestNats();
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  const url = await postgres.createDatabase();
  database = await openDatabase({ url, poolSize: 2, applicationName: 'test' });
  await database.migrate();
  // the count by the log has found the fate of each
  await moveTo('conservation-events', 1_000);
});
afterEach(async () => {
  await database.close();
  await broker.close();
  await nats.stop();
});
afterAll(async () => {
  await postgres.stop();
  await expectNoLeaks();
});

const dayMs = 86_400_000;

/** @param later how long from now the janitor believes it is */
function janitor(later = 8 * dayMs, changes: Partial<MetricsParts> = {}): PurgeStreams {
  const parts = {
    broker,
    // the time has passed for both
    database: () => ({ ...database, earlierOf: async (nowMs: number) => nowMs }),
    logger: createLogger('test', 'silent'),
    meters: createMeters({ processMetrics: false }),
    nowMs: () => Date.now() + later,
    ...changes,
  } as unknown as MetricsParts;
  return new PurgeStreams({ ...parts, retentionDays: 7, ripeAfterMs: 0 });
}

async function publish(count: number): Promise<void> {
  const publisher = new BatchingPublisher(broker);
  for (let n = 0; n < count; n++)
    await publisher.publish({ subject: 'order.created', payload: Buffer.from('{}') });
}

/** By both durables, all that there is. */
async function acknowledgeAll(): Promise<void> {
  for (const consumer of [dispatcherConsumer, disableGoneConsumer]) {
    const settle = async (batch: readonly unknown[]) => batch.map(async () => ack());
    const runner = new ConsumerRunner(broker, consumer, settle, {
      prefetch: 100,
      onTrouble: () => undefined,
    });
    await runner.start();
    await waitUntil(async () => {
      const info = await broker.jsm.consumers.info(consumer.stream, consumer.durable);
      return info.num_pending + info.num_ack_pending === 0;
    });
    await runner.stop(1_000);
  }
}

const moveTo = (name: string, seq: number) =>
  database.transaction((tx) =>
    tx.query(
      `INSERT INTO projection_positions (name, seq) VALUES ($1, $2)
           ON CONFLICT (name) DO UPDATE SET seq = excluded.seq`,
      [name, seq],
    ),
  );
const firstSeq = async () => (await broker.jsm.streams.info('EVENTS')).state.first_seq;

it('purges nothing because its own clock is days ahead', async () => {
  await publish(10);
  await acknowledgeAll();
  await moveTo('archive', 10);
  const ahead = () => janitor(8 * dayMs, { database: () => database });
  expect(await ahead().purge('EVENTS')).toBe(0);
  expect(await ahead().purge('EVENTS')).toBe(0);
  expect(await firstSeq()).toBe(1);
});

it('purges what is past its retention, acknowledged and archived, one round after it has seen that', async () => {
  await publish(10);
  await acknowledgeAll();
  await moveTo('archive', 6);
  expect(await janitor().purge('EVENTS')).toBe(0);
  await moveTo('archive', 9);
  expect(await janitor().purge('EVENTS')).toBe(6);
  expect(await firstSeq()).toBe(7);
  // a position that went back, after a crash of the server, holds what it needs again
  await moveTo('archive', 7);
  expect(await janitor().purge('EVENTS')).toBe(1);
  expect(await firstSeq()).toBe(8);
});

it('purges nothing that is not past its retention', async () => {
  await publish(3);
  await acknowledgeAll();
  await moveTo('archive', 3);
  const early = janitor(6 * dayMs);
  await early.purge('EVENTS');
  expect(await early.purge('EVENTS')).toBe(0);
  expect(await firstSequenceSince(broker, 'EVENTS', Date.now() - dayMs)).toBe(1);
  expect(await firstSequenceSince(broker, 'EVENTS', Date.now() + dayMs)).toBeNull();
});

it.each<[string, () => Promise<unknown>]>([
  ['the durable has never been there', () => moveTo('archive', 5)],
  ['the archive never ran', acknowledgeAll],
  [
    'a part of another version has not read it',
    async () => {
      await acknowledgeAll();
      await moveTo('archive', 5);
      await moveTo('of-another-version', 0);
    },
  ],
])('purges nothing while %s', async (_, prepare) => {
  await publish(5);
  await prepare();
  await janitor().purge('EVENTS');
  expect(await janitor().purge('EVENTS')).toBe(0);
});

it('purges nothing without the database', async () => {
  const away = janitor(8 * dayMs, {
    database: () => {
      throw new Error('away');
    },
  });
  await expect(away.purge('EVENTS')).rejects.toThrow('away');
});
