import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { delivererConsumer, dispatcherConsumer } from '@postel/contracts';
import { expectNoLeaks, startTestNats, tempDir, type TempDir, type TestServer } from '@postel/testing';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectBroker, type Broker } from '../connect-broker.js';
import { ensureConsumer } from '../ensure-consumer.js';
import { ensureTopology } from '../ensure-topology.js';
import { backUpStreams } from './back-up-streams.js';
import { restoreStreams } from './restore-streams.js';

let from: TestServer;
let to: TestServer;
let source: Broker;
let target: Broker;
let place: TempDir;
let backups = 0;
let directory: string;
const open = async (server: TestServer) => connectBroker({ servers: [server.url], name: 'test' });
beforeAll(async () => {
  [from, to] = await Promise.all([startTestNats(), startTestNats()]);
  [source, target] = await Promise.all([open(from), open(to)]);
  place = tempDir('backup');
  await ensureTopology(source, { replicas: 1, firstWords: ['tenant_word'] });
  await ensureConsumer(source, dispatcherConsumer);
  await ensureConsumer(source, delivererConsumer('delivery', 3));
});
beforeEach(() => {
  directory = join(place.path, `backup-${(backups += 1)}`);
});
afterAll(async () => {
  await Promise.all([source?.close(), target?.close()]);
  await Promise.all([from?.stop(), to?.stop()]);
  place?.remove();
  await expectNoLeaks();
});

const textOf = async (broker: Broker, seq: number) =>
  (await broker.jsm.streams.getMessage('EVENTS', { seq }))?.string();

it('brings back every message at its position, and hands out again what was not acknowledged before it began', async () => {
  for (let n = 1; n <= 6; n++) await source.js.publish('tenant_word.made', `event ${n}`);
  await source.jsm.streams.deleteMessage('EVENTS', 2);
  const consumer = await source.js.consumers.get('EVENTS', dispatcherConsumer.durable);
  const first = await consumer.fetch({ max_messages: 4, expires: 2_000 });
  for await (const message of first) if (message.seq !== 4) await message.ackAck();

  const manifest = await backUpStreams(source, { directory, nowMs: () => 0 });
  expect(manifest.startedAt).toBe('1970-01-01T00:00:00.000Z');
  for (const file of await readdir(directory))
    expect([file, (await stat(join(directory, file))).mode & 0o777]).toEqual([file, 0o600]);

  await restoreStreams(target, { directory, replicas: 1 });
  expect(await Promise.all([1, 3, 4, 5, 6].map((seq) => textOf(target, seq)))).toEqual([
    'event 1',
    'event 3',
    'event 4',
    'event 5',
    'event 6',
  ]);
  const [there, was] = await Promise.all([
    target.jsm.streams.info('EVENTS'),
    source.jsm.streams.info('EVENTS'),
  ]);
  expect(there.config).toEqual(was.config);
  expect((await target.js.publish('tenant_word.made', 'event 7')).seq).toBe(7);

  // the services find what they would have made, and change nothing of it
  await ensureTopology(target, { replicas: 1 });
  await ensureConsumer(target, dispatcherConsumer);
  const again = await target.js.consumers.get('EVENTS', dispatcherConsumer.durable);
  const seqs: number[] = [];
  for await (const message of await again.fetch({ max_messages: 4, expires: 2_000 })) seqs.push(message.seq);
  expect(seqs).toEqual([4, 5, 6, 7]);
  expect((await again.info()).ack_floor.stream_seq).toBe(3);
  const deliverer = await target.jsm.consumers.info('DELIVERIES', delivererConsumer('delivery', 3).durable);
  expect(deliverer.config.priority_policy).toBe('pinned_client');
}, 60_000);

it('restores one stream alone, where the others are there', async () => {
  await source.js.publish('postel.config.tenant.acme.acme', '{}');
  await backUpStreams(source, { directory, nowMs: () => 0 });
  await source.jsm.streams.delete('CONFIG');
  await restoreStreams(source, { directory, replicas: 1, only: 'CONFIG' });
  expect((await source.jsm.streams.info('CONFIG')).state.last_seq).toBe(1);
  await expect(restoreStreams(source, { directory, replicas: 1, only: 'OTHER' })).rejects.toThrow(
    /has no stream OTHER/,
  );
});

it('restores nothing where something is there, or the backup is not whole', async () => {
  const refused = (what: RegExp, broker = source) =>
    expect(restoreStreams(broker, { directory, replicas: 1 })).rejects.toThrow(what);
  await refused(/it is no backup/);
  await backUpStreams(source, { directory, nowMs: () => 0 });
  await refused(/The stream IDEMPOTENCY is there already/);
  await expect(backUpStreams(source, { directory, nowMs: () => 0 })).rejects.toThrow(/is not empty/);

  const empty = await startTestNats();
  const broker = await open(empty);
  try {
    const path = join(directory, 'EVENTS.snapshot');
    const bytes = await readFile(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    await writeFile(path, bytes);
    await refused(/EVENTS.snapshot is not what the backup wrote/, broker);
    expect((await broker.jsm.streams.names().next()).length).toBe(0);
  } finally {
    await broker.close();
    await empty.stop();
  }
}, 60_000);
