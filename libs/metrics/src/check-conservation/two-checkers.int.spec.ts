import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import { dispatcherConsumer, lanes, delivererConsumer } from '@postel/contracts';
import {
  ack,
  BatchingPublisher,
  connectBroker,
  ConsumerRunner,
  ensureConsumer,
  ensureTopology,
  FactLog,
  type Broker,
} from '@postel/jetstream';
import { openDatabase, type Database } from '@postel/postgres';
import { createLogger, createMeters, type Meters } from '@postel/telemetry';
import {
  expectNoLeaks,
  startTestNats,
  startTestPostgres,
  waitUntil,
  type TestPostgres,
  type TestServer,
} from '@postel/testing';
import { CheckConservation, type CheckParts } from './check-conservation.js';
import { conservationAnswer } from './conservation-answer.js';
import { fannedOut, outcome } from './conservation.fixture.js';

/** What a process of metrics has of its own. */
interface Checker {
  readonly name: string;
  readonly meters: Meters;
  readonly check: CheckConservation;
  /** kill -9: nothing is given back, and nothing more is done. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

let postgres: TestPostgres;
let nats: TestServer;
let broker: Broker;
let watcher: Database;
let log: FactLog;
let dispatcher: ConsumerRunner;
let checkers: Checker[] = [];
beforeEach(async () => {
  [postgres, nats] = await Promise.all([startTestPostgres(), startTestNats()]);
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  for (const lane of lanes) await ensureConsumer(broker, delivererConsumer(lane, 0));
  const url = await postgres.createDatabase();
  watcher = await openDatabase({ url, poolSize: 2, applicationName: 'watcher' });
  await watcher.migrate();
  log = new FactLog(broker);
  const handle = (batch: readonly unknown[]) => Promise.resolve(batch.map(() => Promise.resolve(ack())));
  dispatcher = new ConsumerRunner(broker, dispatcherConsumer, handle, {
    prefetch: 100,
    onTrouble: () => undefined,
  });
  await dispatcher.start();
  checkers = await Promise.all(['one', 'other'].map((name) => startChecker(name, url)));
});
afterEach(async () => {
  await Promise.all(checkers.map((checker) => checker.stop()));
  await dispatcher.stop(1_000);
  await watcher.close();
  await broker.close();
  await Promise.all([nats.stop(), postgres.stop()]);
});
afterAll(expectNoLeaks);

async function startChecker(name: string, url: string): Promise<Checker> {
  const database = await openDatabase({ url, poolSize: 2, applicationName: name });
  const meters = createMeters({ processMetrics: false });
  let isDead = false;
  const check = new CheckConservation({
    broker,
    database: () => {
      if (isDead) throw new Error('dead');
      return database;
    },
    logger: createLogger('test', 'silent'),
    meters,
    nowMs: () => Date.now(),
    partitions: 1,
    everyMs: 50,
    retentionDays: 7,
    tenantExists: () => true,
    tables: {
      deletedTenants: { has: () => false, isErased: () => false },
      table: () => ({ get: () => undefined }),
    } as unknown as CheckParts['tables'],
  } satisfies Partial<CheckParts> as unknown as CheckParts);
  check.start();
  return {
    name,
    meters,
    check,
    kill: async () => {
      isDead = true;
      const sql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`;
      await watcher.transaction((tx) => tx.query(sql, [name]));
    },
    stop: async () => {
      await check.stop();
      await database.close();
    },
  };
}

/** So many events, each fanned out to one delivery that succeeds. */
async function deliver(count: number): Promise<void> {
  const publisher = new BatchingPublisher(broker);
  const event = { subject: 'order.created', payload: Buffer.from('{"n":1}') };
  const published = await Promise.all(Array.from({ length: count }, () => publisher.publish(event)));
  for (const { seq } of published) await log.append(fannedOut(seq), outcome('delivery.succeeded', seq));
}

async function untilCounted(count: number): Promise<void> {
  const report = async () => conservationAnswer(await watcher.conservation.report('default'), Date.now());
  const isCounted = async () => {
    expect(await report()).toMatchObject({
      events: { accepted: count, fannedOut: count, awaiting: 0, difference: 0 },
      deliveries: { created: count, succeeded: count, pending: 0, difference: 0 },
    });
    return true;
  };
  await waitUntil(isCounted, { timeoutMs: 30_000, describe: `${count} events to be counted` }).catch(
    isCounted,
  );
}

async function tellers(): Promise<readonly Checker[]> {
  const told = await Promise.all(
    checkers.map(async ({ meters }) => (await meters.conservationDifference.get()).values.length),
  );
  return checkers.filter((_, index) => (told[index] ?? 0) > 0);
}

it('is counted by one of two processes at a time, and once, also when that one dies in the middle', async () => {
  await deliver(20);
  await untilCounted(20);
  const [first, ...others] = await tellers();
  expect(others).toEqual([]);
  const delivering = deliver(100);
  await waitUntil(async () => {
    const { asOf } = conservationAnswer(await watcher.conservation.report('default'), Date.now());
    return asOf.events > 20;
  });
  await first?.kill();
  await delivering;
  await untilCounted(120);
  await waitUntil(async () => {
    const [now, ...more] = await tellers();
    return more.length === 0 && now !== undefined && now !== first;
  });
});
