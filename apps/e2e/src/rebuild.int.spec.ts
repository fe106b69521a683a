import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { waitUntil, type Receiver } from '@postel/testing';
import { startChild } from './harness/child-process.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { connectProducer } from './harness/nats-producer.js';
import { stopChild } from './harness/stop-child.js';
import { readFigures, readTables, runSql, type Tables } from './harness/tables.js';

const patienceMs = 180_000;
const type = 'order.rebuilt';
const oneAttempt = { maxAttempts: 1 };

describe('the tables', () => {
  let fleet: Fleet;
  let ok: Receiver;
  let flaky: Receiver;
  beforeAll(async () => {
    fleet = await startFleet();
    ok = await fleet.receiver();
    // the first attempt of each event fails
    const seen = new Set<string>();
    flaky = await fleet.receiver(({ headers }) => {
      const id = String(headers['webhook-id']);
      const status = seen.has(id) ? 200 : 503;
      seen.add(id);
      return { status };
    });
    const dead = await fleet.receiver(() => ({ status: 400, body: 'no' }));
    await fleet.api.createEndpoint({ url: ok.url, events: [type] });
    await fleet.api.createEndpoint({
      url: flaky.url,
      events: [type],
      retry: { maxAttempts: 3, initialDelayMs: 200, multiplier: 2, jitter: 0 },
    });
    await fleet.api.createEndpoint({ url: dead.url, events: [type], retry: oneAttempt });
  }, fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop();
  }, fleetPatienceMs);

  /** Without what the operator is told, which may still come. */
  async function read(): Promise<Tables> {
    const tables = await readTables(fleet.postgres.url);
    return { ...tables, events: tables.events.filter(({ tenant }) => tenant === 'default') };
  }

  async function publish(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await fleet.api.publish({ type, data: { object: { n } } });
  }

  /** Everything of so many events (and some that were not understood) has ended, and stands in the tables. */
  function untilLevel(events: number, invalid: number): Promise<Tables> {
    return eventually(
      async () => {
        const tables = of(await read());
        const isOver = tables.deliveries.every(({ completed_at }) => completed_at !== null);
        const counts = [tables.events.length, tables.deliveries.length, tables.dead_letters.length];
        const wanted = [events + invalid, 3 * events, events + invalid];
        const attempts = tables.attempts.length === 4 * events;
        const isLevel = isOver && attempts && String(counts) === String(wanted);
        return isLevel ? read() : null;
      },
      `the tables of ${events} events`,
      { timeoutMs: 60_000 },
    );
  }

  /** Only what is of the type that all receivers get. */
  function of({ events, deliveries, attempts, dead_letters }: Tables): Tables {
    const deliveriesOfType = deliveries.filter((row) => row['type'] === type);
    const ids = new Set(deliveriesOfType.map((row) => row['id']));
    return {
      events: events.filter((row) => row['type'] === type),
      deliveries: deliveriesOfType,
      attempts: attempts.filter((row) => ids.has(row['delivery_id'])),
      dead_letters,
    };
  }

  const startRebuild = () =>
    startChild({
      name: 'rebuild',
      app: 'metrics',
      program: 'rebuild-projections',
      env: { NATS_URL: fleet.nats.url, DATABASE_URL: fleet.postgres.url },
    });

  async function rebuild(): Promise<{ code: number | null; output: string }> {
    const child = await startRebuild();
    const { code } = await child.exited;
    return { code, output: child.output() };
  }

  it(
    'are the same after all of them were dropped, and what waits goes on',
    async () => {
      const producer = await connectProducer(fleet.nats.url);
      await producer.publish(type, '{ not JSON');
      await producer.close();
      await publish(20);
      await untilLevel(20, 1);
      const slow = await fleet.receiver((_request, n) => ({ status: n === 1 ? 503 : 200 }));
      const late = 'order.late';
      await fleet.api.createEndpoint({ url: slow.url, events: [late], retry: { schedule: [15_000] } });
      const { id } = await fleet.api.publish({ type: late, data: { object: {} } });
      const before = await eventually(async () => {
        const tables = await read();
        const waits = tables.deliveries.some(({ status }) => status === 'retrying');
        return waits && tables.events.length === 22 ? tables : null;
      }, 'the delivery to wait');
      expect(before.deliveries).toHaveLength(61);
      const sent = [ok.requests.length, flaky.requests.length];
      const services = ['deliverer', 'dead-letter', 'metrics'] as const;
      await Promise.all(services.map((name) => stopChild(fleet.service(name))));
      await runSql(fleet.postgres.url, 'DROP SCHEMA public CASCADE', 'CREATE SCHEMA public');
      await Promise.all(services.map((name) => fleet.restart(name)));
      const [delivery] = before.deliveries.filter(({ event_id }) => event_id === id);
      await slow.waitFor(2, 60_000);
      const after = await eventually(async () => {
        const tables = await read();
        const waited = tables.deliveries.find((row) => row['id'] === delivery?.['id']);
        const isLevel = (['events', 'deliveries', 'dead_letters'] as const).every(
          (table) => tables[table].length === before[table].length,
        );
        return isLevel && waited?.['status'] === 'succeeded' ? tables : null;
      }, 'the delivery that waited');
      const without = (rows: Tables['events'], key: string) =>
        rows.filter((row) => row[key] !== delivery?.['id']);
      expect(after.events).toEqual(before.events);
      expect(after.dead_letters).toEqual(before.dead_letters);
      expect(without(after.deliveries, 'id')).toEqual(without(before.deliveries, 'id'));
      expect(without(after.attempts, 'delivery_id')).toEqual(without(before.attempts, 'delivery_id'));
      // nothing that had succeeded was sent again
      expect([ok.requests.length, flaky.requests.length]).toEqual(sent);
      expect(slow.requests).toHaveLength(2);
    },
    patienceMs,
  );

  it(
    'are the same after a rebuild, also what the streams do not reach any more; and services go on',
    async () => {
      const lastBefore = Math.max(...(await read()).deliveries.map((row) => Number(row['event_seq'])));
      await publish(5);
      const before = await untilLevel(25, 1);
      const figures = await readFigures(fleet.postgres.url);
      expect(figures.length).toBeGreaterThan(0);
      const connection = await connect({ servers: fleet.nats.url });
      const jsm = await jetstreamManager(connection);
      // as the janitor does
      await jsm.streams.purge('EVENTS', { seq: 4 });
      await jsm.streams.purge('LOG', { seq: 8 });
      await connection.close();
      // what someone damaged, of deliveries whose creation the stream still has, however many went into one message
      await runSql(
        fleet.postgres.url,
        `UPDATE deliveries SET last_status = 1 WHERE event_seq > ${lastBefore}`,
      );
      await runSql(fleet.postgres.url, `DELETE FROM attempts WHERE log_seq > 20 * 1024`);

      const { code, output } = await rebuild();
      expect([code, output]).toEqual([0, expect.stringMatching(/rows\/s/)]);
      expect(await read()).toEqual(before);
      expect(await readFigures(fleet.postgres.url)).toEqual(figures);

      await publish(5);
      const after = await untilLevel(30, 1);
      expect(after.events.slice(0, before.events.length)).toEqual(before.events);
      const again = await rebuild();
      expect(again.code).toBe(0);
      expect(await read()).toEqual(after);
      const left = `SELECT FROM pg_namespace WHERE nspname IN ('rebuild', 'replaced')`;
      expect(await runSql(fleet.postgres.url, left)).toBe(0);
    },
    patienceMs,
  );

  it(
    'are the same after a rebuild that was killed, and one beside deliveries',
    async () => {
      const schemas = (name: string) =>
        runSql(fleet.postgres.url, `SELECT FROM pg_namespace WHERE nspname = '${name}'`);
      const killed = await startRebuild();
      await waitUntil(async () => (await schemas('rebuild')) === 1, {
        timeoutMs: 30_000,
        describe: 'a rebuild to have begun',
      });
      await killed.kill();
      const [{ code }] = await Promise.all([rebuild(), publish(20)]);
      expect(code).toBe(0);
      const beside = await untilLevel(50, 1);
      expect((await rebuild()).code).toBe(0);
      expect(await read()).toEqual(beside);
      expect(await schemas('rebuild')).toBe(0);
    },
    patienceMs,
  );
});
