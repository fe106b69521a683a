import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ConservationAnswer } from '@postel/contracts';
import { startCountingReceiver, type CountingReceiver } from './harness/counting-receiver.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { startSteadyLoad, type SteadyLoad } from './harness/steady-load.js';
import { readFigures, readTables } from './harness/tables.js';

const patienceMs = 300_000;
const type = 'order.shared';
const replicas = [0, 1] as const;
type Replica = (typeof replicas)[number];
const projections = ['archive', 'delivery-log'] as const;
type Projection = (typeof projections)[number];

let fleet: Fleet;
let plain: CountingReceiver;
let flaky: CountingReceiver;
let load: SteadyLoad;
beforeAll(async () => {
  fleet = await startFleet({ replicas: { metrics: 2 }, envOf: { metrics: { POSTEL_LOG_LEVEL: 'debug' } } });
  plain = await startCountingReceiver();
  flaky = await startCountingReceiver(({ headers }) => ({
    status: headers['x-webhook-attempt'] === '1' ? 503 : 200,
  }));
  const retry = { schedule: [200, 1_000] };
  for (const { url } of [plain, flaky]) await fleet.api.createEndpoint({ url, events: [type], retry });
}, fleetPatienceMs);
afterAll(async () => {
  await load?.stop();
  await Promise.all([plain?.close(), flaky?.close()]);
  await fleet?.stop();
}, fleetPatienceMs);

/** What each process has written after what it had written when this was called. */
function watchWriters(): () => Readonly<Record<Replica, readonly Projection[]>> {
  const output = (replica: Replica) => fleet.service('metrics', replica).output();
  const before = replicas.map((replica) => output(replica).length);
  const writtenBy = (replica: Replica) => {
    const lines = output(replica).slice(before[replica]).split('\n');
    const stored = lines.filter((line) => line.includes('"msg":"batch stored"'));
    return projections.filter((name) => stored.some((line) => line.includes(`"projection":"${name}"`)));
  };
  return () => ({ 0: writtenBy(0), 1: writtenBy(1) });
}

/** @returns who writes what, once one writes this and the other that */
function untilShared(): Promise<Readonly<Record<Projection, Replica>>> {
  let written = watchWriters();
  return eventually(
    () => {
      const now = written();
      const both = replicas.every((replica) => now[replica].length > 0);
      if (!both) return null;
      // one of them wrote both in this time, and may have given one up in it
      written = watchWriters();
      const areApart = replicas.every((replica) => now[replica].length === 1) && now[0][0] !== now[1][0];
      const [archive, log] = now[0][0] === 'archive' ? ([0, 1] as const) : ([1, 0] as const);
      return areApart ? { archive, 'delivery-log': log } : null;
    },
    'each of two processes to write a table of its own',
    { timeoutMs: 60_000 },
  );
}

async function untilWrittenBy(replica: Replica): Promise<void> {
  const written = watchWriters();
  await eventually(() => written()[replica].length === projections.length || null, 'one to write both', {
    timeoutMs: 60_000,
  });
}

it(
  'share the tables, take over from each other when one is killed, and write each row once',
  async () => {
    load = startSteadyLoad('shared', 40, (id) => fleet.api.publish({ id, type, data: { object: { id } } }));
    for (const projection of ['delivery-log', 'archive'] as const) {
      const writers = await untilShared();
      const [killed, other] = writers[projection] === 0 ? ([0, 1] as const) : ([1, 0] as const);
      await fleet.service('metrics', killed).kill();
      await untilWrittenBy(other);
      await fleet.restart('metrics', killed);
    }
    await untilShared();
    await load.stop();

    expect(load.failures).toEqual([]);
    const events = load.succeeded.length;
    for (const replica of replicas) await untilLevel(fleet.apiOf('metrics', replica), events);
    const tables = await readTables(fleet.postgres.url);
    const ofType = <Row extends Readonly<Record<string, unknown>>>(rows: readonly Row[]) =>
      rows.filter((row) => row['type'] === type);
    expect(
      ofType(tables.events)
        .map((row) => row['id'])
        .sort(),
    ).toEqual([...load.succeeded].sort());
    expect(ofType(tables.deliveries).map((row) => row['status'])).toEqual(
      Array<string>(2 * events).fill('succeeded'),
    );
    // the second request of a flaky delivery is the third attempt of its event
    expect(tables.attempts).toHaveLength(3 * events);
    // of each endpoint, of their tenant, and of all tenants
    const sums = new Map<string, number>();
    for (const { tenant, endpoint_id, succeeded } of await readFigures(fleet.postgres.url)) {
      const whose = `${tenant === '' ? 'all' : 'one tenant'}, ${endpoint_id === '' ? 'all' : 'each'}`;
      sums.set(whose, (sums.get(whose) ?? 0) + Number(succeeded));
    }
    expect(Object.fromEntries(sums)).toEqual({
      'all, all': 2 * events,
      'one tenant, all': 2 * events,
      'one tenant, each': 2 * events,
    });
  },
  patienceMs,
);

/** Both equations, as each of them counts them by the log. */
async function untilLevel(api: Fleet['api'], events: number): Promise<void> {
  let last: ConservationAnswer | undefined;
  const expected = {
    events: { accepted: events, fannedOut: events, difference: 0, lost: [] },
    deliveries: { created: 2 * events, succeeded: 2 * events, dead: 0, difference: 0 },
  };
  await eventually(
    async () => {
      last = (await api.request('GET', '/v1/conservation')).json as ConservationAnswer;
      expect(last).toMatchObject(expected);
      return true;
    },
    'the figures to be level',
    { timeoutMs: 90_000 },
  ).catch(() => expect(last).toMatchObject(expected));
}
