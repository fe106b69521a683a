import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { delivererConsumer, dispatcherConsumer, lanes, natsHeaders } from '@postel/contracts';
import {
  ack,
  BatchingPublisher,
  connectBroker,
  ConsumerRunner,
  ensureConsumer,
  ensureTopology,
  eraseMessage,
  FactLog,
  lastSequenceOf,
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
import { CheckConservation, type CheckParts } from './check-conservation.js';
import { conservationAnswer } from './conservation-answer.js';
import { about, fannedOut, idOf, outcome } from './conservation.fixture.js';

let postgres: TestPostgres;
let nats: TestServer;
let broker: Broker;
let database: Database;
let log: FactLog;
let dispatcher: ConsumerRunner;
let check: CheckConservation;
const meters = createMeters({ processMetrics: false });
const deleted = new Set<string>();
/** Deleted too, as who asks where CONFIG ends learns. */
const tombstones = new Set<string>();

beforeAll(async () => {
  postgres = await startTestPostgres();
});
beforeEach(async () => {
  deleted.clear();
  tombstones.clear();
  nats = await startTestNats();
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  await ensureConsumer(broker, dispatcherConsumer);
  for (const lane of lanes) await ensureConsumer(broker, delivererConsumer(lane, 0));
  const url = await postgres.createDatabase();
  database = await openDatabase({ url, poolSize: 4, applicationName: 'test' });
  await database.migrate();
  log = new FactLog(broker);
  dispatcher = new ConsumerRunner(
    broker,
    dispatcherConsumer,
    (batch) => Promise.resolve(batch.map(() => Promise.resolve(ack()))),
    { prefetch: 100, onTrouble: () => undefined, startsPaused: true },
  );
  await dispatcher.start();
  check = checking();
});
afterEach(async () => {
  await check?.stop();
  await dispatcher?.stop(1_000);
  await broker.close();
  await database.close();
  await nats.stop();
});
afterAll(async () => {
  await postgres.stop();
  await expectNoLeaks();
});

function checking(warn?: (about: { err: Error }) => void): CheckConservation {
  return new CheckConservation({
    broker,
    database: () => database,
    logger: warn ? ({ warn } as unknown as CheckParts['logger']) : createLogger('test', 'silent'),
    meters,
    // a trouble is told of when it has lasted
    nowMs: () => (warn ? 50 : 1) * Date.now(),
    partitions: 1,
    everyMs: 50,
    retentionDays: 7,
    tenantExists: (tenant) => tenant === 'default' || tenant === 'acme',
    tables: {
      deletedTenants: {
        has: (tenant: string) => deleted.has(tenant),
        isErased: (tenant: string) => deleted.has(tenant),
      },
      table: () => ({ get: () => undefined }),
      catchUp: () => Promise.resolve(tombstones.forEach((tenant) => deleted.add(tenant))),
    } as unknown as CheckParts['tables'],
  } satisfies Partial<CheckParts> as unknown as CheckParts);
}

/** Events of a tenant. @returns their positions */
async function accept(count: number, tenant = 'default'): Promise<number[]> {
  const publisher = new BatchingPublisher(broker);
  const published = await Promise.all(
    Array.from({ length: count }, () =>
      publisher.publish({
        subject: 'order.created',
        payload: Buffer.from('{"n":1}'),
        headers: { [natsHeaders.tenant]: tenant },
      }),
    ),
  );
  return published.map(({ seq }) => seq);
}

async function answer(tenant = 'default') {
  return conservationAnswer(await database.conservation.report(tenant), Date.now());
}

/** The answer, once it has what is expected. */
async function eventually(expected: object, tenant = 'default') {
  let last: unknown;
  try {
    return await waitUntil(
      async () => {
        last = await answer(tenant);
        expect(last).toMatchObject(expected);
        return answer(tenant);
      },
      { timeoutMs: 30_000 },
    );
  } catch {
    expect(last).toMatchObject(expected);
    throw new Error('unreachable');
  }
}

/** Until it has been written down often enough that whatever could be missed would have been. */
async function severalLooks(): Promise<void> {
  for (let times = 0; times < 4; times++) {
    const { at } = (await answer()).asOf;
    await waitUntil(async () => (await answer()).asOf.at !== at);
  }
}

const level = { events: { difference: 0 }, deliveries: { difference: 0, missing: 0, unexpected: 0 } };

describe('conservation', () => {
  it('tells where every event and delivery of a tenant is, and goes on after a restart', async () => {
    const [first = 0, second = 0, third = 0, fourth = 0] = await accept(4);
    const [theirs = 0] = await accept(1, 'acme');
    // its erasure is no fate of an event: that is still to come
    const erased = {
      fact: 'event.erased',
      actor: 'admin',
      createdAtMs: 0,
      door: 'http',
      valid: true,
    } as const;
    await log.append({ ...about(first, 'default'), ...erased });
    await log.append(
      fannedOut(first),
      fannedOut(second),
      { ...about(third, 'default'), fact: 'event.unmatched' },
      { ...about(fourth, 'default'), fact: 'event.invalid', code: 'malformed_json', message: '' },
    );
    await log.append(fannedOut(theirs, 'acme'));
    await log.append(outcome('delivery.succeeded', first), outcome('delivery.died', second));
    dispatcher.resume();
    check.start();
    await eventually({
      events: { accepted: 4, fannedOut: 2, unmatched: 1, invalid: 1, awaiting: 0, difference: 0 },
      deliveries: { created: 2, succeeded: 1, dead: 1, pending: 0, difference: 0 },
    });
    await eventually({ events: { accepted: 1 }, deliveries: { created: 1, pending: 1 } }, 'acme');
    await check.stop();

    const [fifth = 0] = await accept(1);
    await log.append(fannedOut(fifth), outcome('delivery.succeeded', first));
    await log.append(outcome('delivery.reopened', second), outcome('delivery.succeeded', fifth));
    await log.append(outcome('delivery.succeeded', second, 2));
    check = checking();
    check.start();
    const { asOf } = await eventually({
      events: { accepted: 5, fannedOut: 3, difference: 0 },
      deliveries: { created: 3, succeeded: 3, dead: 0, retrying: 0, difference: 0 },
    });
    expect(asOf).toMatchObject({ events: 6 });
  });

  it('counts what the dispatcher has not finished as awaiting, and notices a fan-out that is gone from the log', async () => {
    const [other = 0, first = 0, second = 0] = await accept(3);
    await log.append({ ...about(other, 'default'), fact: 'event.unmatched' });
    await log.append(fannedOut(first));
    await log.append(fannedOut(second));
    await log.append(outcome('delivery.succeeded', first), outcome('delivery.succeeded', second));
    await eraseMessage(broker, 'LOG', 2);
    check.start();
    await eventually({ events: { accepted: 3, fannedOut: 1, awaiting: 1, difference: 0 } });
    dispatcher.resume();
    await eventually({
      events: { accepted: 3, fannedOut: 1, awaiting: 0, difference: 1, lost: [{ position: first }] },
      // and its delivery has an outcome, and was never made
      deliveries: { created: 1, succeeded: 2, difference: 1, unexpected: 1 },
    });
    await waitUntil(async () =>
      /postel_conservation_difference\{equation="events"\} 1\n/.test(await meters.registry.metrics()),
    );
    // told after all
    await log.append(fannedOut(first));
    await eventually({ events: { accepted: 3, fannedOut: 2, difference: 0, lost: [] } });
  });

  it('goes on counting where the log names an event that EVENTS does not reach', async () => {
    dispatcher.resume();
    check.start();
    // as where EVENTS was put back to an earlier state, and something still waits that is of a later one
    await log.append(outcome('delivery.succeeded', 3_000_000));
    await eventually({ deliveries: { unexpected: 1 } });
    const [event = 0] = await accept(1);
    await log.append(fannedOut(event), outcome('delivery.succeeded', event));
    await eventually({ events: { accepted: 1, fannedOut: 1, awaiting: 0, difference: 0 } });
  });

  it('goes on where EVENTS was lost and made again, and names what nobody knows of', async () => {
    const [told = 0, untold = 0] = await accept(2);
    await log.append(fannedOut(told), outcome('delivery.succeeded', told));
    check.start();
    await eventually({ events: { accepted: 2, fannedOut: 1, awaiting: 1, difference: 0 } });
    await broker.jsm.streams.delete('EVENTS');
    await ensureTopology(broker, { replicas: 1 });
    dispatcher.resume();
    const [after = 0] = await accept(1);
    expect(after).toBeGreaterThan(untold);
    await log.append(fannedOut(after), outcome('delivery.succeeded', after));
    await eventually({ events: { accepted: 3, fannedOut: 2, awaiting: 0, difference: 1 } });
    await log.append(fannedOut(untold), outcome('delivery.succeeded', untold));
    await eventually({ events: { accepted: 3, fannedOut: 3, difference: 0 }, deliveries: { succeeded: 3 } });
  });

  it('names what was lost with EVENTS though it was taken up anew meanwhile', async () => {
    const [told = 0] = await accept(2);
    await log.append(fannedOut(told), outcome('delivery.succeeded', told));
    check.start();
    await eventually({ events: { accepted: 2, fannedOut: 1, awaiting: 1, difference: 0 } });
    await check.stop();
    await broker.jsm.streams.delete('EVENTS');
    await ensureTopology(broker, { replicas: 1 });
    dispatcher.resume();
    const [after = 0] = await accept(1);
    await log.append(fannedOut(after), outcome('delivery.succeeded', after));
    check = checking();
    check.start();
    await eventually({ events: { accepted: 3, fannedOut: 2, awaiting: 0, difference: 1 } });
  });

  it('counts nothing where EVENTS or LOG ends before what it has counted, and says so', async () => {
    await log.append(...(await accept(2)).map((event) => fannedOut(event)));
    dispatcher.resume();
    check.start();
    const { asOf } = await eventually({ events: { accepted: 2, fannedOut: 2, awaiting: 0, difference: 0 } });
    await check.stop();
    for (const stream of ['EVENTS', 'LOG'] as const) {
      const position = { EVENTS: 'conservation_state SET events_read', LOG: 'projection_positions SET seq' }[
        stream
      ];
      const write = (change: string) =>
        database.transaction((tx) =>
          tx.query(`UPDATE ${position} = ${position.split(' ').at(-1)} ${change}`),
        );
      await write('+ 1000');
      const told: string[] = [];
      check = checking(({ err }) => told.push(err.message));
      check.start();
      await waitUntil(() => told.length > 0);
      expect(told).toEqual([
        expect.stringMatching(
          `^conservation has stored ${stream} up to 100., which ends at .: the tables are`,
        ),
      ]);
      await check.stop();
      expect(await answer()).toMatchObject({ events: { accepted: 2 }, asOf: { at: asOf.at } });
      await write('- 1000');
    }
  });

  it.each(['delivery.succeeded', 'delivery.died', 'delivery.deferred'] as const)(
    'notices that a %s is gone from the log, once DELIVERIES is acknowledged',
    async (fact) => {
      const [event = 0] = await accept(1);
      await log.append(fannedOut(event));
      await log.append(outcome(fact, event));
      await eraseMessage(broker, 'LOG', await lastSequenceOf(broker, 'LOG', 'postel.log.>'));
      dispatcher.resume();
      // as long as one is on its way, it may be this one
      await new BatchingPublisher(broker).publish({
        subject: 'postel.delivery.0.ep_1',
        payload: Buffer.from('x'),
      });
      check.start();
      await eventually({ ...level, deliveries: { ...level.deliveries, created: 1, pending: 1 } });
      await severalLooks();
      expect(await answer()).toMatchObject(level);
      await broker.jsm.streams.purge('DELIVERIES');
      await eventually({
        deliveries: { created: 1, pending: 0, difference: 1, missing: 1, missingIds: [idOf(event)] },
      });
      await log.append(outcome('delivery.succeeded', event));
      await eventually({ deliveries: { created: 1, succeeded: 1, difference: 0, missing: 0 } });
    },
    60_000,
  );

  /** A delivery that waits, and the count that says so. */
  async function oneThatWaits(tenant = 'default'): Promise<void> {
    const [event = 0] = await accept(1, tenant);
    await log.append(fannedOut(event, tenant));
    const fact = outcome('delivery.deferred', event, 1, tenant);
    await log.append(fact);
    dispatcher.resume();
    const insert = `INSERT INTO projection_positions (name, seq) VALUES ('waiting-room', 2)`;
    await database.transaction((tx) => tx.query(insert));
    await database.transaction((tx) => database.waiting.apply(tx, [{ seq: 2_048, fact }], 1));
    check.start();
    await eventually({ deliveries: { retrying: 1, missing: 0 } }, tenant);
  }

  it('finds what waits in the waiting room, and misses it when it is gone from there', async () => {
    await oneThatWaits();
    await severalLooks();
    expect(await answer()).toMatchObject(level);
    await database.transaction((tx) => tx.query('DELETE FROM waiting'));
    await eventually({ deliveries: { created: 1, retrying: 0, difference: 1, missing: 1 } });
  }, 60_000);

  it('misses nothing of a tenant of which the waiting room was erased before the count', async () => {
    await oneThatWaits('acme');
    tombstones.add('acme');
    await broker.jsm.streams.purge('LOG', { filter: 'postel.log.acme.>' });
    await database.transaction((tx) => tx.query('DELETE FROM waiting'));
    await severalLooks();
    await severalLooks();
    expect(await answer('acme')).toMatchObject(level);
  }, 60_000);

  it('misses nothing of a tenant whose log was erased with it', async () => {
    const [theirs = 0] = await accept(1, 'acme');
    const [ours = 0] = await accept(1);
    await log.append(fannedOut(theirs, 'acme'));
    await log.append(fannedOut(ours), outcome('delivery.succeeded', ours));
    deleted.add('acme');
    await broker.jsm.streams.purge('LOG', { filter: 'postel.log.acme.>' });
    dispatcher.resume();
    check.start();
    await eventually({ ...level, events: { accepted: 1, fannedOut: 1, difference: 0 } });
    expect(await answer('acme')).toMatchObject({ events: { accepted: 0 }, deliveries: { created: 0 } });
  });
});
