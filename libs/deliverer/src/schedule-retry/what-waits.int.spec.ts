import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  backoffPolicy,
  dispatcherConsumer,
  logFilter,
  type AttemptRecord,
  type DeliveryDeferred,
  type DeliveryMeta,
  type EndpointState,
  type LogFact,
} from '@postel/contracts';
import { deferWithoutAttempt } from '@postel/domain';
import {
  ack,
  BatchingPublisher,
  connectBroker,
  ConsumerRunner,
  ensureTopology,
  FactLog,
  readFactsSince,
  type Broker,
  type ConfigTables,
  type EndpointChange,
} from '@postel/jetstream';
import { openDatabase, type Database, type WaitingRow } from '@postel/postgres';
import { createLogger, createMeters } from '@postel/telemetry';
import {
  expectNoLeaks,
  startTestNats,
  startTestPostgres,
  waitUntil,
  type TestPostgres,
  type TestServer,
} from '@postel/testing';
import { EndWaiting } from './end-waiting.js';
import { KeepWaitingRoom } from './keep-waiting-room.js';
import { RoomIsLevel } from './room-is-level.js';

let nats: TestServer;
let postgres: TestPostgres;
let broker: Broker;
let database: Database;

beforeAll(async () => {
  [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  database = await openDatabase({
    url: postgres.url,
    poolSize: 4,
    applicationName: 'test',
    onError: () => undefined,
  });
  await database.migrate();
});
afterAll(async () => {
  await broker?.close();
  await database?.close();
  await Promise.all([nats?.stop(), postgres?.stop()]);
  await expectNoLeaks();
});

const endpointId = 'ep_1';

function metaOf(eventSeq: number, changes: Partial<DeliveryMeta> = {}): DeliveryMeta {
  return {
    deliveryId: `dlv_${eventSeq}`,
    endpointId,
    tenant: 'default',
    eventId: `evt_${eventSeq}`,
    eventSeq,
    type: 'order.created',
    acceptedAtMs: Date.now(),
    hop: 1,
    attemptsMade: 0,
    attemptsBeforeReopen: 0,
    apiVersion: '2024-01-01',
    ...changes,
  };
}

function held(eventSeq: number): DeliveryDeferred {
  const nowMs = Date.now();
  const meta = metaOf(eventSeq, { ordering: { key: 'a' } });
  return deferWithoutAttempt({ meta, reason: 'ordering', dueAtMs: nowMs, lane: 'retry', nowMs });
}

function keeper(): KeepWaitingRoom {
  return new KeepWaitingRoom({
    broker,
    database: () => database,
    partitions: 1,
    logger: createLogger('test', 'silent'),
    meters: createMeters({ processMetrics: false }),
    nowMs: () => Date.now(),
  });
}

/** What lets what waits follow the endpoint, whose state is this. */
function ender(
  state: object,
  owned: ReadonlySet<number>,
  onDatabase: () => Database = () => database,
  onEndpointChange: ConfigTables['onEndpointChange'] = () => undefined,
  nowMs: () => number = Date.now,
) {
  return new EndWaiting({
    tables: {
      onEndpointChange,
      endpoint: () => ({ state, revision: 1 }),
    } as unknown as ConfigTables,
    database: onDatabase,
    log: new FactLog(broker),
    roomIsLevel: { now: async () => true, forget: () => undefined },
    owned,
    partitionOf: () => 0,
    defaultRetry: backoffPolicy.parse({}),
    maxAgeSeconds: 60,
    logger: createLogger('test', 'silent'),
    meters: createMeters({ processMetrics: false }),
    nowMs,
  });
}

async function released(): Promise<readonly WaitingRow[]> {
  let rows: readonly WaitingRow[] = [];
  const selection = {
    nowMs: Date.now(),
    limit: 10,
    partitions: [0],
    defaultRoom: 10,
    rooms: new Map<string, number>(),
  };
  await database.waiting.putBack(selection, (due) => {
    rows = due;
    return Promise.resolve(new Set<string>());
  });
  return rows;
}

it('numbers what a writer before it left held, though the events are acknowledged only later', async () => {
  const events = new BatchingPublisher(broker);
  await Promise.all(
    [1, 2].map((n) => events.publish({ subject: 'order.created', payload: Buffer.from(`{"n":${n}}`) })),
  );
  const dispatcher = new ConsumerRunner(
    broker,
    dispatcherConsumer,
    (batch) => Promise.resolve(batch.map(() => Promise.resolve(ack()))),
    { prefetch: 10, onTrouble: () => undefined, startsPaused: true },
  );
  await dispatcher.start();
  // as after a dispatcher that was killed before its acks
  await new FactLog(broker).append(held(1), held(2));

  let looks = 0;
  const { info } = broker.jsm.consumers;
  broker.jsm.consumers.info = (...args) => {
    looks += 1;
    return info.apply(broker.jsm.consumers, args);
  };
  const keep = keeper();
  keep.start();
  await waitUntil(async () => (await database.waiting.countByReason()).get('ordering') === 2);
  await waitUntil(() => looks >= 1, { describe: 'a look at how far the dispatchers are' });
  expect(await released()).toEqual([]);

  dispatcher.resume();
  await waitUntil(async () => (await released()).length === 1, {
    describe: 'the first of the key to be released',
  });
  expect(await released()).toMatchObject([{ deliveryId: 'dlv_1', ordering: { key: 'a', sequence: 1 } }]);
  await keep.stop();
  await dispatcher.stop(1_000);
});

it('ends what has become older than the fleet allows, since it was accepted or last reopened, though its clock is a day ahead', async () => {
  const nowMs = Date.now();
  const ago = (seconds: number) => nowMs - seconds * 1_000;
  const late = { endpointId: 'ep_2', acceptedAtMs: ago(90) };
  const waiting = [
    metaOf(11, late),
    metaOf(12, { ...late, acceptedAtMs: ago(30) }),
    metaOf(13, { ...late, reopenedAtMs: ago(30) }),
    metaOf(14, { ...late, ordering: { key: 'b', sequence: 1 } }),
  ].map((meta) =>
    deferWithoutAttempt({ meta, reason: 'retry', dueAtMs: nowMs + 600_000, lane: 'retry', nowMs }),
  );
  const log = new FactLog(broker);
  const [keep, ended] = [keeper(), [] as LogFact[]];
  keep.start();
  await log.append(...waiting);
  await waitUntil(async () => (await database.waiting.countByReason()).get('retry') === 4);
  const aDayAhead = () => Date.now() + 86_400_000;
  const end = ender({ status: 'active' }, new Set([0]), undefined, undefined, aDayAhead);
  end.start();
  await waitUntil(async () => ((await database.waiting.countByReason()).get('retry') ?? 0) <= 2);
  await Promise.all([end.stop(), keep.stop()]);
  await readFactsSince(broker, [logFilter('delivery.died')], nowMs - 60_000, (fact) => ended.push(fact));
  expect(ended.map((fact) => ('reason' in fact ? [fact.eventSeq, fact.reason] : fact)).sort()).toEqual([
    [11, 'expired'],
    [14, 'expired'],
  ]);
});

it('gives what waits the times of a policy that was changed while nobody owned its partition', async () => {
  for (const id of await database.waiting.waitingEndpointIds([0]))
    await database.waiting.endEndpoint(id, 100, () => Promise.resolve());
  const nowMs = Date.now();
  const dueAtMs = nowMs + 600_000;
  const waiting = (eventSeq: number, deferredAtMs: number) =>
    deferWithoutAttempt({
      meta: metaOf(eventSeq, { endpointId: 'ep_3', attemptsMade: 1 }),
      reason: 'retry',
      dueAtMs,
      lane: 'retry',
      nowMs: deferredAtMs,
    });
  const keep = keeper();
  keep.start();
  // one of before the change, one that follows it already
  await new FactLog(broker).append(waiting(21, nowMs - 20_000), waiting(22, nowMs - 5_000));
  const oldest = () => database.waiting.oldestDueAtMs();
  await waitUntil(async () => (await database.waiting.waitingEndpointIds([0])).includes('ep_3'));
  const [before, owned] = [await oldest(), new Set<number>()];
  let uses = 0;
  const state = { status: 'active', retry: { schedule: [60_000] }, retryChangedAtMs: nowMs - 10_000 };
  const end = ender(state, owned, () => {
    // the first look of the owner comes to nothing, and so does the first change
    if ([1, 4].includes((uses += 1))) throw new Error('the database is away');
    return database;
  });
  end.start();
  owned.add(0);
  end.sweepSoon();
  await waitUntil(async () => (await oldest()) !== before);
  expect(await oldest()).toBe(nowMs + 40_000);
  await end.stop();
  const rows: number[] = [];
  await database.waiting.endEndpoint('ep_3', 10, (ended) => {
    rows.push(...ended.map((row) => row.dueAtMs - nowMs));
    return Promise.resolve();
  });
  expect(rows.sort((a, b) => a - b)).toEqual([40_000, 600_000]);
  await keep.stop();
});

it.each([
  ['is disabled', { status: 'disabled', disabledReason: 'manual' }, 0],
  ['has another retry policy', { status: 'active', retry: { schedule: [3_600_000] } }, 3_600_000],
] as const)(
  'follows that its endpoint %s also with what was made before and gets into the room after it',
  async (_, changed, waitsMs) => {
    for (const id of await database.waiting.waitingEndpointIds([0]))
      await database.waiting.endEndpoint(id, 100, () => Promise.resolve());
    const about = { endpointId: `ep_5_${waitsMs}`, attemptsMade: 1 };
    const before = { status: 'active', retry: { schedule: [600_000] } } as unknown as EndpointState;
    let state = before;
    let tell: (change: EndpointChange) => void = () => undefined;
    let looks = 0;
    const end = ender(
      new Proxy({}, { get: (_target, name) => Reflect.get(state, name) as unknown }),
      new Set([0]),
      () => {
        looks += 1;
        return database;
      },
      (listener) => (tell = listener),
    );
    end.start();
    await waitUntil(() => looks >= 2, { describe: 'the first sweep' });
    state = changed as unknown as EndpointState;
    const deferredAtMs = Date.now() - 1;
    tell({ id: about.endpointId, tenant: 'default', entry: { state, revision: 2 }, previous: before });
    await waitUntil(() => looks >= 3, { describe: 'the first look for the change' });
    const keep = keeper();
    keep.start();
    const meta = metaOf(5_000 + waitsMs, about);
    const dueAtMs = deferredAtMs + 600_000;
    await new FactLog(broker).append(
      deferWithoutAttempt({ meta, reason: 'retry', dueAtMs, lane: 'retry', nowMs: deferredAtMs }),
    );
    const isEnded = async () => {
      const ended: LogFact[] = [];
      await readFactsSince(broker, [logFilter('delivery.died')], deferredAtMs, (fact) => ended.push(fact));
      return ended.some((fact) => 'deliveryId' in fact && fact.deliveryId === meta.deliveryId);
    };
    const isMoved = async () => (await database.waiting.oldestDueAtMs()) === deferredAtMs + waitsMs;
    // the next sweep comes after 30 s: it must not be that
    await waitUntil(waitsMs === 0 ? isEnded : isMoved, { timeoutMs: 15_000 }).finally(() =>
      Promise.all([end.stop(), keep.stop()]),
    );
  },
);

it('puts back nothing that has succeeded, while the rows are made anew from the log', async () => {
  const nowMs = Date.now();
  const old = { endpointId: 'ep_4', attemptsMade: 1 };
  const waiting = (n: number) =>
    deferWithoutAttempt({ meta: metaOf(n, old), reason: 'retry', dueAtMs: nowMs, lane: 'retry', nowMs });
  const log = new FactLog(broker);
  // each in a message of its own: more than one batch of the projection
  for (let n = 1_000; n < 1_150; n++) await log.append(waiting(n));
  const attempt: AttemptRecord = {
    attemptId: 'att_1',
    number: 2,
    startedAtMs: nowMs,
    durationMs: 1,
    timing: {},
    request: { url: 'http://example.com', headers: {} },
    outcome: 'succeeded',
  };
  for (let n = 1_000; n < 1_149; n++) {
    const meta = metaOf(n, { ...old, hop: 2, attemptsMade: 2 });
    await log.append({ v: 1, fact: 'delivery.succeeded', ...meta, atMs: nowMs, attempt });
  }

  const madeAnew = await openDatabase({
    url: await postgres.createDatabase(),
    poolSize: 4,
    applicationName: 'test',
  });
  await madeAnew.migrate();
  const keep = new KeepWaitingRoom({
    database: () => madeAnew,
    // long after: the broker knows no repetition by its id any more
    nowMs: () => Date.now() + 600_000,
    broker,
    partitions: 1,
    logger: createLogger('test', 'silent'),
    meters: createMeters({ processMetrics: false }),
  });
  const room = new RoomIsLevel(() => madeAnew);
  expect(await room.now()).toBe(false);
  keep.start();
  const putBack: string[] = [];
  await waitUntil(async () => {
    if (!(await room.now())) return false;
    const selection = {
      nowMs: Date.now(),
      limit: 1_000,
      partitions: [0],
      defaultRoom: 1_000,
      rooms: new Map<string, number>(),
    };
    await madeAnew.waiting.putBack(selection, (due) => {
      const ofThese = due.filter(({ endpointId }) => endpointId === 'ep_4');
      putBack.push(...ofThese.map(({ deliveryId }) => deliveryId));
      return Promise.resolve(new Set<string>());
    });
    return true;
  });
  await keep.stop();
  await madeAnew.close();
  expect(putBack).toEqual(['dlv_1149']);
});

it('says that the rows are level, and asks again whether they are, also while its clock is set back', async () => {
  const { now } = Date;
  const keep = keeper();
  const room = new RoomIsLevel(() => database);
  keep.start();
  let told = 0;
  const { tellLevel, wasLevelWithin } = database.waiting;
  database.waiting.tellLevel = (tx) => ((told += 1), tellLevel.call(database.waiting, tx));
  let asked = 0;
  database.waiting.wasLevelWithin = (ms) => ((asked += 1), wasLevelWithin.call(database.waiting, ms));
  try {
    await waitUntil(() => told > 0, { timeoutMs: 20_000, describe: 'the first word' });
    await waitUntil(() => room.now());
    Date.now = () => now() - 600_000;
    const before = { told, asked };
    const isSaidAgain = async () => {
      await room.now();
      return told > before.told && asked > before.asked;
    };
    await waitUntil(isSaidAgain, { timeoutMs: 20_000, describe: 'both to go on' });
  } finally {
    Date.now = now;
    Object.assign(database.waiting, { tellLevel, wasLevelWithin });
    await keep.stop();
  }
});
