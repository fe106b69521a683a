import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import { configSubject, streamNames, type StreamName } from '@postel/contracts';
import {
  expectNoLeaks,
  startLonelyNats,
  startTestNats,
  testPorts,
  waitUntil,
  type TestServer,
} from '@postel/testing';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { BatchingPublisher } from './batching-publisher.js';
import { connectBroker, type Broker } from './connect-broker.js';
import { ensureTopology, TopologyDrift } from './ensure-topology.js';
import { KeepStreams } from './keep-streams.js';
import { PublishError } from './publish-error.js';
import { UnansweredPublishes } from './unanswered-publishes.js';

const others = Object.values(streamNames).filter((name) => name !== 'CONFIG');
let nats: TestServer;
let broker: Broker;
let client: Broker;
let keep: KeepStreams;
let told: { line: string; streams: readonly StreamName[] }[];
let otherConfigs: number;

beforeEach(async () => {
  nats = await startTestNats();
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
  told = [];
  otherConfigs = 0;
  await publish('postel.log.default.event.unmatched');
  await publish(configSubject('tenant', 'acme', 'acme'));
  start();
});
afterEach(async () => {
  keep.stop();
  await broker.close();
  await nats.stop();
});
afterAll(expectNoLeaks);

function start(at: Broker = broker): void {
  keep = new KeepStreams({
    broker: at,
    tables: { firstWords: () => new Map([['parcel', null]]), sequence: 1 },
    replicas: 1,
    onTrouble: (line, streams) => told.push({ line, streams }),
    onOtherConfig: () => (otherConfigs += 1),
    everyMs: 20,
    patienceMs: 100,
  });
  keep.start();
}

/** …, by what it knows of publishes that were not answered. */
function restartWith(unanswered: UnansweredPublishes): void {
  keep.stop();
  client = { ...broker, unanswered };
  start(client);
}

const publish = (subject: string, to = broker) =>
  new BatchingPublisher(to).publish({ subject, payload: Buffer.from('{}') });
const lastSeq = async (name: StreamName) => (await broker.jsm.streams.info(name)).state.last_seq;
const looked = async () => {
  const before = broker.nc.stats().outMsgs;
  await waitUntil(() => broker.nc.stats().outMsgs > before + 5);
};
const remade = async () => {
  const names: string[] = [];
  for await (const name of broker.jsm.streams.names()) names.push(name);
  return others.every((name) => names.includes(name));
};

it('makes again what was lost, at positions that nothing of it can have had, and says so once', async () => {
  await looked();
  expect([told, keep.down]).toEqual([[], []]);
  const positions = await Promise.all(others.map(lastSeq));
  // all at once, as with a disk
  keep.stop();
  for (const name of others) await broker.jsm.streams.delete(name);
  start();
  await waitUntil(remade);
  await looked();
  const again = await Promise.all(others.map(lastSeq));
  again.forEach((seq, index) => expect(seq).toBeGreaterThan((positions[index] as number) + 1_000_000));
  expect(told.flatMap(({ streams }) => streams).sort()).toEqual([...others].sort());
  expect([keep.down, otherConfigs]).toEqual([[], 0]);
  // words that were learned since
  expect(await publish('parcel.sent')).toMatchObject({ duplicate: false });
});

it('makes nothing again without CONFIG, and no service starts then', async () => {
  await looked();
  for (const name of ['CONFIG', 'EVENTS'] as const) await broker.jsm.streams.delete(name);
  await waitUntil(() => keep.down.length === 2);
  await looked();
  expect(keep.down).toEqual(['EVENTS', 'CONFIG']);
  expect(told.at(-1)).toEqual({
    line: 'streams are missing: nothing is made again without CONFIG',
    streams: ['EVENTS', 'CONFIG'],
  });
  const starting: unknown = await ensureTopology(broker, { replicas: 1 }).catch((error: unknown) => error);
  expect(starting).toBeInstanceOf(TopologyDrift);
  expect((starting as Error).message).toMatch(/^The stream CONFIG is missing.+runbooks/);
  expect(await remade()).toBe(false);
});

const prlimit = '/usr/bin/prlimit';
const limitFiles = (toBytes: number | 'unlimited') =>
  execFileSync(prlimit, ['--pid', String(nats.pid()), `--fsize=${toBytes}:unlimited`]);
// a limit of the size of files is the nearest to a full disk that needs no disk: only Linux can set it from outside
const itWhereLimits = existsSync(prlimit) ? it : it.skip;

itWhereLimits('is silent until the stream stores again, though nobody publishes any more', async () => {
  let aheadMs = 0;
  restartWith(new UnansweredPublishes(() => Date.now() + aheadMs));
  const large = { subject: 'order.created', payload: Buffer.alloc(20_000) };
  limitFiles(60_000);
  const publisher = new BatchingPublisher(client, { timeoutMs: 5_000 });
  await Promise.allSettled(Array.from({ length: 5 }, () => publisher.publish(large)));
  await waitUntil(() => keep.down.length > 0);
  // there is room again: it still stores nothing, as nobody notices who is not ready and so is sent nothing
  limitFiles('unlimited');
  aheadMs = 3_600_000;
  await looked();
  expect(keep.down).toEqual(['EVENTS']);
  await nats.kill();
  await nats.restart();
  await waitUntil(() => keep.down.length === 0);
  expect(await publish('order.created')).toMatchObject({ duplicate: false });
  expect(told[0]).toEqual({ line: expect.stringMatching(/^streams store nothing/), streams: ['EVENTS'] });
});

it('does not call a stream silent that was slow: it is asked, and stores nothing of that', async () => {
  const unanswered = new UnansweredPublishes(() => Date.now() + 10_000);
  restartWith(unanswered);
  const before = await Promise.all(Object.values(streamNames).map(lastSeq));
  await looked();
  for (const subject of ['order.created', 'postel.log.default.event.unmatched', 'postel.config.a.b.c'])
    for (let n = 0; n < 2; n++) unanswered.timedOut(subject, 5_000);
  await looked();
  expect(unanswered.silent(0)).toEqual([]);
  expect([keep.down, told]).toEqual([[], []]);
  const infos = await Promise.all(Object.values(streamNames).map((name) => broker.jsm.streams.info(name)));
  expect(infos.map(({ state }) => state.last_seq)).toEqual(before);
  expect(infos.reduce((sum, { state }) => sum + state.messages, 0)).toBe(2);
});

it('calls a stream silent that nobody answers for, until its server is there again', async () => {
  keep.stop();
  const routes = await testPorts(3);
  const names = routes.map((_, n) => `s${n}`);
  const known = routes.map((port) => `"nats://127.0.0.1:${port}"`).join(', ');
  const servers = await Promise.all(
    routes.map((port, n) =>
      startTestNats({
        configExtra: `server_name: ${names[n]}\ncluster { name: C, listen: "127.0.0.1:${port}", routes: [${known}] }`,
      }),
    ),
  );
  const first = await connectBroker({ servers: servers.map(({ url }) => url), name: 'test' });
  await ensureTopology(first, { replicas: 1 });
  await publish(configSubject('tenant', 'acme', 'acme'), first);
  const subjects = {
    EVENTS: 'order.created',
    LOG: 'postel.log.default.event.unmatched',
    DELIVERIES: 'postel.delivery.1.e',
  };
  const homeOf = async (name: StreamName) =>
    names.indexOf((await first.jsm.streams.info(name)).cluster?.leader ?? '');
  const homes = await Promise.all(Object.keys(subjects).map(async (name) => homeOf(name as StreamName)));
  const configHome = await homeOf('CONFIG');
  const index = homes.findIndex((home) => home !== configHome);
  const [name, subject] = Object.entries(subjects)[index] as [StreamName, string];
  await first.close();
  const away = servers[homes[index] as number] as TestServer;
  let aheadMs = 0;
  const unanswered = new UnansweredPublishes(() => Date.now() + aheadMs);
  const there = await connectBroker({ servers: [servers[configHome]?.url ?? ''], name: 'test' });
  client = { ...there, unanswered };
  try {
    start(client);
    await away.kill();
    const failure = () => publish(subject, client).catch((error: unknown) => error);
    await waitUntil(async () => (await failure()) instanceof PublishError);
    // an election is over sooner
    aheadMs = 10_000;
    await failure();
    await waitUntil(() => keep.down.includes(name));
    await away.restart();
    await waitUntil(() => keep.down.length === 0, { timeoutMs: 30_000 });
  } finally {
    keep.stop();
    await there.close();
    await Promise.all(servers.map((server) => server.stop()));
  }
});

it('asks again for what was refused, and stores nothing by that', async () => {
  const positions = () => Promise.all(Object.values(streamNames).map(lastSeq));
  const before = await positions();
  for (const subject of ['postel.log.acme.event.invalid', 'postel.delivery.1.ep_1', 'postel.config.x.y.z'])
    broker.forbidden.refused({ operation: 'publish', subject });
  await looked();
  await broker.nc.flush();
  expect(await positions()).toEqual(before);
});

it('tells once that CONFIG is another', async () => {
  await looked();
  const { config } = await broker.jsm.streams.info('CONFIG');
  await broker.jsm.streams.delete('CONFIG');
  await broker.jsm.streams.add(config);
  await waitUntil(() => otherConfigs > 0);
  expect(otherConfigs).toBe(1);
});

it('leaves a server that answers without its JetStream, and says that it is cut off until another has one', async () => {
  keep.stop();
  const lonely = await startLonelyNats();
  await nats.kill();
  const client = await connectBroker({ servers: [lonely.url, nats.url], name: 'test' });
  try {
    start(client);
    await waitUntil(() => keep.isCutOff);
    expect(told).toEqual([
      {
        line: 'NATS answers, and its JetStream does not: another server is tried, where there is one',
        streams: [],
      },
    ]);
    await nats.restart();
    // …, though it was away when this client connected first
    await waitUntil(() => !keep.isCutOff);
    expect(client.nc.info?.port).toBe(nats.port);
    expect([told.length, keep.down]).toEqual([1, []]);
  } finally {
    keep.stop();
    await client.close();
    await lonely.stop();
  }
});
