import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectBroker, ensureTopology, type BackupManifest, type Broker } from '@postel/jetstream';
import { tempDir, waitUntil, type TempDir } from '@postel/testing';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBrokerCluster, type BrokerCluster } from './harness/broker-cluster.js';
import { startChild } from './harness/child-process.js';

const patienceMs = 180_000;
const streams = ['EVENTS', 'DELIVERIES', 'LOG', 'CONFIG', 'IDEMPOTENCY'];
const durable = 'deliverer-bulk-7';

let brokers: BrokerCluster;
let broker: Broker;
let place: TempDir;
beforeAll(async () => {
  place = tempDir('backup-of-three');
  brokers = await startBrokerCluster();
  const { NATS_CA: caFile, NATS_CERT: certFile, NATS_KEY: keyFile } = brokers.env;
  const files = { caFile: caFile ?? null, certFile: certFile ?? null, keyFile: keyFile ?? null };
  broker = await connectBroker({ servers: [...brokers.urls], name: 'test', ...files });
  await ensureTopology(broker, { replicas: 3 });
}, patienceMs);
afterAll(async () => {
  await broker?.close();
  await brokers?.stop();
  place?.remove();
}, patienceMs);

async function backUp(name: string) {
  const directory = join(place.path, name);
  const args = ['backup', '--to', directory];
  const child = await startChild({ name, app: 'metrics', program: 'backup', args, env: brokers.env });
  const { code } = await child.exited;
  return { code, output: child.output(), manifest: join(directory, 'manifest.json') };
}

const untilLed = () =>
  waitUntil(
    async () => {
      const infos = streams.map((name) => broker.jsm.streams.info(name));
      return Promise.all(infos).then(
        () => true,
        () => false,
      );
    },
    { timeoutMs: 60_000, describe: 'every stream to have a leader' },
  );

it(
  'makes no backup without a durable that does not answer, and says which one',
  async () => {
    // of one copy, so that nobody takes over where an election would take seconds
    const { cluster } = await broker.jsm.consumers.add('DELIVERIES', {
      durable_name: durable,
      ack_policy: 'explicit',
      num_replicas: 1,
    });
    const server = Number(/\d$/.exec(cluster?.leader ?? '')?.[0]);
    await brokers.kill(server);
    await untilLed();
    const during = await backUp('during');
    expect(during).toMatchObject({ code: 1, output: expect.stringContaining(durable) });
    expect(existsSync(during.manifest)).toBe(false);

    await brokers.start(server);
    await untilLed();
    await waitUntil(
      () =>
        broker.jsm.consumers.info('DELIVERIES', durable).then(
          () => true,
          () => false,
        ),
      { timeoutMs: 60_000, describe: 'the durable to answer' },
    );
    const after = await backUp('after');
    expect(after).toMatchObject({ code: 0 });
    const { durables } = JSON.parse(readFileSync(after.manifest, 'utf8')) as BackupManifest;
    expect(durables.map(({ config }) => config.durable_name)).toEqual([durable]);
  },
  patienceMs,
);
