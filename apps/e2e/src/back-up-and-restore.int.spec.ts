import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ConservationAnswer } from '@postel/contracts';
import { freePorts } from '@postel/embedded-servers';
import {
  expectNoLeaks,
  startTestNats,
  startTestPostgres,
  tempDir,
  waitUntil,
  type TempDir,
  type TestPostgres,
  type TestServer,
} from '@postel/testing';
import { join } from 'node:path';
import { Api } from './harness/api-client.js';
import { startChild, type ChildProcess } from './harness/child-process.js';
import { copyTables } from './harness/copy-tables.js';
import { repeatedIn, startCountingReceiver, type CountingReceiver } from './harness/counting-receiver.js';
import { eventually } from './harness/eventually.js';
import { untilReady } from './harness/fleet.js';
import { overHttp, publishPersistently } from './harness/persistent-producer.js';
import { saveTables, type SavedTables } from './harness/save-tables.js';
import { startSteadyLoad } from './harness/steady-load.js';

const adminToken = 'e2e-admin-token-of-this-test';
const patienceMs = 180_000;
/** Its first word is learned: only the backup knows it later. */
const type = 'parcel.handed_over';

/** All of Postel in one process, with servers that know nothing of an embedding. */
interface Life {
  readonly nats: TestServer;
  readonly postgres: TestPostgres;
  readonly child: ChildProcess;
  readonly api: Api;
}

let life: Life;
let place: TempDir;
let good: CountingReceiver;
let waits: CountingReceiver;
let ordered: CountingReceiver;
beforeAll(async () => {
  place = tempDir('backup');
  life = await begin();
  [good, waits, ordered] = await Promise.all([
    startCountingReceiver(),
    startCountingReceiver(() => ({ status: 503 })),
    startCountingReceiver(),
  ]);
}, patienceMs);
afterAll(async () => {
  await Promise.all([good?.close(), waits?.close(), ordered?.close()]);
  await destroy();
  place?.remove();
  await expectNoLeaks();
}, patienceMs);

/** @param prepare before Postel starts */
async function begin(prepare?: (natsUrl: string, databaseUrl: string) => Promise<void>): Promise<Life> {
  const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
  await prepare?.(nats.url, postgres.url);
  const [port, metricsPort] = await freePorts(2);
  const env = {
    NATS_URL: nats.url,
    DATABASE_URL: postgres.url,
    // the secrets are kept here over both lives
    POSTEL_DATA_DIR: join(place.path, 'data'),
    POSTEL_ADMIN_TOKEN: adminToken,
    POSTEL_PORT: String(port),
    POSTEL_METRICS_PORT: String(metricsPort),
  };
  const child = await startChild({ name: 'all-in-one', app: 'all-in-one', env });
  await untilReady(child, `http://127.0.0.1:${metricsPort}/readyz`, 90_000);
  return { nats, postgres, child, api: new Api(`http://127.0.0.1:${port}`, adminToken) };
}

async function run(program: 'backup' | 'migrate', args: readonly string[], env: Record<string, string>) {
  const child = await startChild({ name: program, app: 'metrics', program, args, env });
  const { code } = await child.exited;
  return { code, output: child.output() };
}

/** As a disaster does: nothing ends in order, and no server is left. */
async function destroy(): Promise<void> {
  await life?.child.kill();
  await Promise.all([life?.nats.stop(), life?.postgres.stop()]);
}

const conservation = async () =>
  (await life.api.request('GET', '/v1/conservation')).json as ConservationAnswer;

const distinct = ({ arrivals }: CountingReceiver) => new Set(arrivals.map(({ eventId }) => eventId));

it(
  'delivers on from a backup that was made beside traffic: what was accepted before is all there',
  async () => {
    const retry = { schedule: Array.from({ length: 30 }, () => 1_000) };
    await life.api.createEndpoint({ url: good.url, events: [type], retry });
    await life.api.createEndpoint({ url: waits.url, events: [type], retry });
    await life.api.createEndpoint({ url: ordered.url, events: [type], retry, ordering: 'key' });
    const publish = (id: string) =>
      life.api.publish({ id, type, data: { object: { id } }, orderingKey: 'one' });

    const early = Array.from({ length: 60 }, (_, n) => `early-${n}`);
    await publishPersistently({ ids: early, publish: overHttp(life.api, type), inFlight: 20 }).done;
    const load = startSteadyLoad('meanwhile', 40, publish);
    await waitUntil(() => load.succeeded.length > 40 && waits.arrivals.length > 40, { timeoutMs: 30_000 });
    await eventually(
      async () => (await life.api.all((query) => life.api.deliveries(query))).length >= early.length || null,
      'the tables to know of deliveries',
      { timeoutMs: 60_000 },
    );
    const tables = await saveTables(life.postgres.url, place.path);
    await waitUntil(() => load.succeeded.length > 80, { timeoutMs: 30_000 });
    const before = [...early, ...load.succeeded];
    const directory = join(place.path, 'streams');
    const backup = await run('backup', ['backup', '--to', directory], { NATS_URL: life.nats.url });
    expect(backup).toEqual({ code: 0, output: expect.stringMatching(/^EVENTS: \d+ messages/m) });
    await load.stop();
    expect(load.failures).toEqual([]);
    await destroy();

    const was = [good, ordered].map((receiver) => receiver.arrivals.length);
    waits.setAnswer(() => ({ status: 200 }));
    life = await begin((natsUrl, databaseUrl) => restore(natsUrl, databaseUrl, directory, tables));
    const ids = new Set(before);
    const rows = await eventually(
      async () => {
        const all = await life.api.all((query) => life.api.deliveries(query));
        const ended = all.filter(({ eventId, status }) => ids.has(eventId) && status === 'succeeded');
        return ended.length >= 3 * ids.size && all.every(({ status }) => status === 'succeeded') ? all : null;
      },
      `three deliveries of each of ${ids.size} events to have succeeded`,
      { timeoutMs: 90_000 },
    );
    // none is there twice
    expect(new Set(rows.map(({ eventId, endpointId }) => `${eventId} ${endpointId}`)).size).toBe(rows.length);
    for (const receiver of [good, waits, ordered])
      expect(before.filter((id) => !distinct(receiver).has(id))).toEqual([]);
    expectSameNumbers(ordered);

    const { id } = await life.api.publish({ type, data: { object: {} } });
    await waitUntil(() => distinct(good).has(id), {
      timeoutMs: 20_000,
      describe: 'a new event to be delivered',
    });
    const figures = await eventually(
      async () => {
        const now = await conservation();
        return now.deliveries.succeeded === rows.length + 3 ? now : null;
      },
      'the figures to be level',
      { timeoutMs: 90_000 },
    );
    expect(figures.events).toMatchObject({ accepted: rows.length / 3 + 1, difference: 0, lost: [] });
    expect(figures.deliveries).toMatchObject({
      created: rows.length + 3,
      dead: 0,
      difference: 0,
      missing: 0,
    });
    const again = [good, ordered].map(
      (receiver, index) => repeatedIn(receiver.arrivals) - repeatedIn(receiver.arrivals.slice(0, was[index])),
    );
    process.stdout.write(
      `${before.length} events before the backup; requests repeated after it: ${again.join(' and ')}\n`,
    );
  },
  patienceMs,
);

async function restore(
  natsUrl: string,
  databaseUrl: string,
  directory: string,
  tables: SavedTables,
): Promise<void> {
  const restored = await run('backup', ['restore', '--from', directory], { NATS_URL: natsUrl });
  expect(restored).toEqual({ code: 0, output: expect.stringMatching(/^EVENTS: \d+ messages/m) });
  if (!tables.dumped) expect((await run('migrate', ['up'], { DATABASE_URL: databaseUrl })).code).toBe(0);
  await tables.restore(databaseUrl);
  // from empty tables the services would make most of it anew, and nobody would see that the dump brought nothing
  expect(await run('migrate', ['status'], { DATABASE_URL: databaseUrl })).toMatchObject({ code: 0 });
  const { rows } = await copyTables(databaseUrl);
  for (const table of [
    'events',
    'deliveries',
    'attempts',
    'waiting',
    'ordering_keys',
    'projection_positions',
  ])
    expect([table, rows.get(table)]).not.toEqual([table, '[]']);
}

/** Each event keeps its number, over both lives, and there is no gap. */
function expectSameNumbers({ arrivals }: CountingReceiver): void {
  const numbers = new Map<string, Set<string>>();
  for (const { eventId, headers } of arrivals) {
    const number = headers['webhook-sequence'];
    if (number === undefined) continue; // published without a key
    numbers.set(eventId, (numbers.get(eventId) ?? new Set()).add(String(number)));
  }
  const several = [...numbers].filter(([, its]) => its.size > 1);
  expect(several).toEqual([]);
  const all = [...numbers.values()].map(([number]) => Number(number)).sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: all.length }, (_, index) => index + 1));
}
