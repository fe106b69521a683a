import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import {
  dispatcherConsumer,
  factPosition,
  parseFacts,
  type DeliveryCreated,
  type EventFannedOut,
  type JobWait,
  type ProjectionName,
  type RecoverParameters,
} from '@postel/contracts';
import { deliveryIdOf } from '@postel/domain';
import {
  ack,
  BatchingPublisher,
  connectBroker,
  ConsumerRunner,
  ensureConsumer,
  ensureTopology,
  FactLog,
  lastSequenceOf,
  readMessage,
  type Broker,
} from '@postel/jetstream';
import { openDatabase, pageJobs, type Database, type JobTurn } from '@postel/postgres';
import {
  expectNoLeaks,
  startTestNats,
  startTestPostgres,
  waitUntil,
  type TestPostgres,
  type TestServer,
} from '@postel/testing';
import { RecoverWork, type RecoverWorkParts } from './recover-work.js';

let postgres: TestPostgres;
let nats: TestServer;
let broker: Broker;
let database: Database;
let log: FactLog;
beforeEach(async () => {
  [pacing.pageSize, pacing.nextDueMs] = [500, 1];
  [postgres, nats] = await Promise.all([startTestPostgres(), startTestNats()]);
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  await ensureConsumer(broker, dispatcherConsumer);
  database = await openDatabase({
    url: await postgres.createDatabase(),
    poolSize: 2,
    applicationName: 'test',
  });
  await database.migrate();
  log = new FactLog(broker);
});
afterEach(async () => {
  await database.close();
  await broker.close();
  await Promise.all([nats.stop(), postgres.stop()]);
});
afterAll(expectNoLeaks);

const endpoint = { id: 'ep_1', tenant: 'default', url: 'https://example.com/', status: 'active' };
const payload = Buffer.from('{"data":{"object":{}}}');
const idOf = (seq: number) => `evt_${seq}`;

/** As large as a page may be, and due one after the other, at times that nothing else would give. */
const pacing = {
  pageSize: 500,
  nextDueMs: 1,
  room: (): number => pacing.pageSize,
  dueTimes: (count: number): number[] => Array.from({ length: count }, () => pacing.nextDueMs++),
};

function parts(): RecoverWorkParts {
  return {
    broker,
    database: () => database,
    log,
    partitions: 8,
    retentionDays: 7,
    nowMs: () => Date.now(),
    pacing,
    tables: {
      endpoint: () => ({ state: { ...endpoint, events: ['*'], channels: [], apiVersion: '2024-01-01' } }),
      table: () => ({ get: () => undefined }),
    },
  } as unknown as RecoverWorkParts;
}

async function accept(count: number): Promise<void> {
  const publisher = new BatchingPublisher(broker);
  for (let n = 0; n < count; n++) await publisher.publish({ subject: 'order.created', payload });
}

async function fannedOut(seq: number): Promise<EventFannedOut> {
  const acceptedAtMs = (await readMessage(broker, 'EVENTS', seq))?.storedAtMs ?? 0;
  const deliveryId = deliveryIdOf(idOf(seq), seq, endpoint.id);
  return {
    v: 1,
    fact: 'event.fanned_out',
    tenant: 'default',
    eventId: idOf(seq),
    eventSeq: seq,
    type: 'order.created',
    acceptedAtMs,
    atMs: acceptedAtMs,
    part: 0,
    deliveries: [{ deliveryId, endpointId: endpoint.id, url: endpoint.url, apiVersion: '2024-01-01' }],
  };
}

async function archive(seqs: readonly number[]): Promise<void> {
  const events = await Promise.all(
    seqs.map(async (seq) => {
      const acceptedAtMs = (await readMessage(broker, 'EVENTS', seq))?.storedAtMs ?? 0;
      const about = { acceptedAtMs, seq, tenant: 'default', id: idOf(seq), type: 'order.created' };
      return {
        ...about,
        createdAtMs: acceptedAtMs,
        door: 'nats' as const,
        channels: [],
        payload,
        headers: {},
        valid: true,
      };
    }),
  );
  await database.transaction((tx) => database.events.store(tx, events));
}

const reach = (name: ProjectionName, seq: number) =>
  database.transaction((tx) =>
    tx.query(
      `INSERT INTO projection_positions (name, seq) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET seq = $2`,
      [name, seq],
    ),
  );

/** As the dispatcher does of what it has fanned out. */
async function acknowledgeAll(): Promise<void> {
  const handle = (batch: readonly unknown[]) => Promise.resolve(batch.map(() => Promise.resolve(ack())));
  const runner = new ConsumerRunner(broker, dispatcherConsumer, handle, {
    prefetch: 100,
    onTrouble: () => undefined,
  });
  await runner.start();
  await waitUntil(async () => {
    const { ack_floor } = await broker.jsm.consumers.info('EVENTS', dispatcherConsumer.durable);
    return ack_floor.stream_seq === (await broker.jsm.streams.info('EVENTS')).state.last_seq;
  });
  await runner.stop(1_000);
}

async function recover(only: RecoverParameters['only'], lastEventSeq: number): Promise<void> {
  const parameters = { endpointId: endpoint.id, only, sinceMs: 0, lastEventSeq, actor: 'test' };
  await database.jobs.create({
    id: 'job_1',
    tenant: 'default',
    kind: 'recover',
    createdAtMs: Date.now(),
    parameters,
  });
}

/** Until it had a turn that ended so. */
async function turnUntil(how: JobWait | 'succeeded'): Promise<void> {
  const work = new RecoverWork(parts());
  const { jobs, projections } = database;
  const { signal } = new AbortController();
  const turns: unknown[] = [];
  const onTurn = ({ state, waitingFor }: JobTurn) => void turns.push(waitingFor ?? state);
  await waitUntil(
    async () => {
      await pageJobs({ jobs, projections, work, owner: 'test', nowMs: () => Date.now(), onTurn }, signal);
      return turns.includes(how);
    },
    { describe: `a turn that ends with ${how}` },
  );
}

/** What the job has made. */
async function created(): Promise<DeliveryCreated[]> {
  const last = await lastSequenceOf(broker, 'LOG', 'postel.log.>');
  const messages = await Promise.all(
    Array.from({ length: last }, (_, index) => readMessage(broker, 'LOG', index + 1)),
  );
  return messages
    .flatMap((message) => (message ? parseFacts(message.payload) : []))
    .flatMap(({ fact }) => (fact.fact === 'delivery.created' ? [fact] : []));
}

/** The events of which the job has made deliveries. */
const made = async () => (await created()).map(({ eventSeq }) => eventSeq);

it('finds nothing missing of which the tables may not know yet', async () => {
  await accept(3);
  await recover('missing', 3);
  await turnUntil('archive');
  await archive([1, 2, 3]);
  await reach('archive', 2);
  await turnUntil('archive');
  await reach('archive', 3);
  await turnUntil('fan_out');

  // the third was fanned out to others before this endpoint was there
  const facts = [await fannedOut(1), await fannedOut(2)];
  for (const fact of facts) await log.append(fact);
  await acknowledgeAll();
  await turnUntil('tables');
  const positioned = facts.map((fact, index) => ({ seq: factPosition(index + 1, 0), fact }));
  await database.transaction((tx) => database.deliveries.apply(tx, positioned.slice(0, 1)));
  await reach('delivery-log', 1);
  await reach('dead-letters', 2);
  await turnUntil('tables');
  expect(await made()).toEqual([]);

  await database.transaction((tx) => database.deliveries.apply(tx, positioned.slice(1)));
  await reach('delivery-log', 2);
  await turnUntil('succeeded');
  expect(await made()).toEqual([3]);
});

it('makes each of those that are missing once, at the pace that it is given, also when a page has no room for all', async () => {
  await accept(10);
  const known = [2, 3, 7];
  await archive(Array.from({ length: 10 }, (_, index) => index + 1));
  await reach('archive', 10);
  const facts = await Promise.all(known.map(fannedOut));
  for (const fact of facts) await log.append(fact);
  await acknowledgeAll();
  const positioned = facts.map((fact, index) => ({ seq: factPosition(index + 1, 0), fact }));
  await database.transaction((tx) => database.deliveries.apply(tx, positioned));
  for (const name of ['delivery-log', 'dead-letters', 'waiting-room'] as const) await reach(name, 1e9);
  pacing.pageSize = 0;
  await recover('missing', 10);
  await turnUntil('deliveries');
  expect(await made()).toEqual([]);

  [pacing.pageSize, pacing.nextDueMs] = [2, 4_000];
  await turnUntil('succeeded');
  const missing = [1, 4, 5, 6, 8, 9, 10];
  expect((await created()).map(({ eventSeq, dueAtMs }) => [eventSeq, dueAtMs])).toEqual(
    missing.map((eventSeq, index) => [eventSeq, 4_000 + index]),
  );
  const job = await database.jobs.find('job_1');
  expect(job).toMatchObject({ state: 'succeeded', done: 10, total: 10, failed: 0, deliveries: 7 });
});
