import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  expectNoLeaks,
  expiredCertificate,
  startTestNats,
  tempDir,
  type TempDir,
  type TestServer,
  waitUntil,
} from '@postel/testing';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { BatchingPublisher } from './batching-publisher.js';
import { certificateExpiresAtMs } from './broker-certificate.js';
import { reportBroker } from './broker-report.js';
import { connectBroker, type Broker } from './connect-broker.js';
import { ensureConsumer } from './ensure-consumer.js';
import { ensureTopology } from './ensure-topology.js';
import { dispatcherConsumer } from '@postel/contracts';
import { storedAtMsFrom } from './read-message.js';

afterAll(expectNoLeaks);

describe('the report of a broker', () => {
  let nats: TestServer;
  let broker: Broker;
  beforeEach(async () => {
    nats = await startTestNats();
    broker = await connectBroker({ servers: [nats.url], name: 'test' });
    await ensureTopology(broker, { replicas: 1 });
  });
  afterEach(async () => {
    await broker.close();
    await nats.stop();
  });

  it('has sizes, limits and lags, and says which stream does not answer', async () => {
    await ensureConsumer(broker, dispatcherConsumer);
    const publisher = new BatchingPublisher(broker);
    const beforeMs = Date.now();
    for (let n = 0; n < 3; n++)
      await publisher.publish({ subject: 'order.created', payload: new Uint8Array([n]) });
    const { config } = await broker.jsm.streams.info('LOG');
    await broker.jsm.streams.update('LOG', { ...config, max_bytes: 5_000 });
    await broker.jsm.streams.delete('IDEMPOTENCY');

    const report = await reportBroker(broker);
    expect(report.silentStreams).toEqual(['IDEMPOTENCY']);
    const of = (name: string) => report.streams.find(({ stream }) => stream === name);
    expect(of('EVENTS')).toMatchObject({
      messages: 3,
      limitBytes: null,
      lastSeq: 3,
      replicas: { current: 1, lagging: 0, offline: 0 },
      slowestReplicaLag: 0,
    });
    expect(of('EVENTS')?.oldestAtMs).toBeGreaterThan(beforeMs - 1_000);
    expect(of('LOG')).toMatchObject({ limitBytes: 5_000, oldestAtMs: null });
    expect(report.consumers).toEqual([
      { stream: 'EVENTS', durable: 'dispatcher', pending: 3, ackPending: 0, redelivered: 0 },
    ]);
    expect(report.storage.usedBytes).toBeGreaterThan(0);
    expect(report.storage.limitBytes).toBeNull();
  });

  it('is none while the broker is away', async () => {
    await nats.kill();
    await waitUntil(() => !broker.isConnected());
    await expect(reportBroker(broker)).rejects.toThrow('NATS is away');
    await nats.restart();
  });

  it('finds the first message at or after a position, past those that are gone', async () => {
    const publisher = new BatchingPublisher(broker);
    for (let n = 0; n < 3; n++)
      await publisher.publish({ subject: 'order.created', payload: new Uint8Array([n]) });
    await broker.jsm.streams.deleteMessage('EVENTS', 2);
    const third = await storedAtMsFrom(broker, 'EVENTS', 3);
    expect(await storedAtMsFrom(broker, 'EVENTS', 2)).toBe(third);
    expect(await storedAtMsFrom(broker, 'EVENTS', 4)).toBeNull();
    expect(await storedAtMsFrom(broker, 'LOG', 1)).toBeNull();
  });
});

describe('an account with a limit', () => {
  it('is told with it', async () => {
    const limited = '{ max_mem: 1M, max_file: 50M, max_streams: 20, max_consumers: 100 }';
    const configExtra = `accounts { P { users: [{ user: p, password: p }], jetstream: ${limited} } }\nno_auth_user: p`;
    const nats = await startTestNats({ configExtra });
    const broker = await connectBroker({ servers: [nats.url], name: 'test' });
    expect((await reportBroker(broker)).storage).toEqual({ usedBytes: 0, limitBytes: 50_000_000 });
    await broker.close();
    await nats.stop();
  });
});

describe('the certificate of a broker', () => {
  let directory: TempDir;
  let nats: TestServer | undefined;
  let silent: Server | undefined;
  beforeEach(() => {
    directory = tempDir('tls');
  });
  afterEach(async () => {
    await nats?.stop();
    silent?.close();
    nats = silent = undefined;
    directory.remove();
  });

  it('is told of, though it has expired', async () => {
    const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(directory.path, name)) as [string, string];
    writeFileSync(cert, expiredCertificate.cert);
    writeFileSync(key, expiredCertificate.key);
    // whoever only asks in the clear is let in too, or the test server could not be waited for
    const configExtra = `tls { cert_file: "${cert}", key_file: "${key}" }\nallow_non_tls: true`;
    nats = await startTestNats({ configExtra });
    const plain = await certificateExpiresAtMs({ servers: [nats.url] });
    expect(plain).toBe(Date.parse('2020-01-02T00:00:00Z'));
  });

  it('is none where the broker does without, and an error where nobody answers', async () => {
    nats = await startTestNats();
    expect(await certificateExpiresAtMs({ servers: [nats.url.replace('nats://', '')] })).toBeNull();
    silent = createServer((socket) => socket.destroy());
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as { port: number };
    await expect(certificateExpiresAtMs({ servers: [nats.url, `nats://127.0.0.1:${port}`] })).rejects.toThrow(
      'closed before INFO',
    );
  });
});
