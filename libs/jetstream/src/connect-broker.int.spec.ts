import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { BrokerUnreachable, connectBroker, type Broker } from './connect-broker.js';
import type { Forbidden } from './forbidden-subjects.js';
import { Relay } from './relay.fixture.js';

describe('a broker that hangs', () => {
  let nats: TestServer;
  let relay: Relay;
  let broker: Broker;

  const connected = async (pingIntervalMs: number) => {
    broker = await connectBroker({ servers: [relay.url], name: 'test', pingIntervalMs });
  };

  afterAll(expectNoLeaks);
  beforeEach(async () => {
    nats = await startTestNats();
    relay = await Relay.start(nats.port);
  });
  afterEach(async () => {
    await broker.close();
    await relay.stop();
    await nats.stop();
  });

  it('does not answer, although it is connected, until it goes on', async () => {
    await connected(60_000);
    await expect(broker.isAnswering()).resolves.toBe(true);
    relay.hang();
    let answered = false;
    const answering = broker.isAnswering().then(() => (answered = true));
    await expect(relayTurn(nats)).resolves.toBe(true); // another connection has had its answer meanwhile
    expect([answered, broker.isConnected()]).toEqual([false, true]);
    relay.release();
    await answering;
  });

  it('does not keep a service that stops', async () => {
    await connected(60_000);
    relay.hang();
    for (let n = 0; n < 32; n++) broker.nc.publish('order.created', new Uint8Array(1024 * 1024));
    await broker.close();
    expect(broker.nc.isClosed()).toBe(true);
  });

  it('is waited for no longer by a service that stops: what it was asked fails', async () => {
    await connected(60_000);
    await broker.closeUnlessAnswering();
    expect(broker.nc.isClosed()).toBe(false);
    relay.hang();
    const asked = broker.jsm.streams.info('EVENTS').catch((error: Error) => error);
    await broker.closeUnlessAnswering();
    expect(broker.nc.isClosed()).toBe(true);
    expect(await asked).toBeInstanceOf(Error);
  });

  it('is left for another connection, however much it has not taken', async () => {
    await connected(100);
    relay.hang();
    for (let n = 0; n < 32; n++) broker.nc.publish('order.created', new Uint8Array(1024 * 1024));
    const first = broker.connectedAtMs();
    await waitUntil(() => broker.connectedAtMs() > first && broker.isConnected());
    await expect(broker.isAnswering()).resolves.toBe(true);
  });
});

describe('permissions that lack something', () => {
  it('are told, once for each kind of subject', async () => {
    const user =
      '{user: u, password: p, permissions: {publish: {deny: ["postel.log.>", "$JS.API.STREAM.INFO.>"]}}}';
    const nats = await startTestNats({ configExtra: `authorization {users: [${user}]}\nno_auth_user: u` });
    const told: Forbidden[] = [];
    const onForbidden = (what: Forbidden) => void told.push(what);
    const broker = await connectBroker({ servers: [nats.url], name: 'test', onForbidden });
    try {
      const subjects = [
        'postel.log.a.x',
        'postel.log.b.y',
        '$JS.API.STREAM.INFO.LOG',
        '$JS.API.STREAM.INFO.EVENTS',
      ];
      for (const subject of subjects) broker.nc.publish(subject);
      await broker.nc.flush();
      await waitUntil(() => told.length >= 2);
      await broker.nc.flush();
      expect(told.map(({ operation, subject }) => [operation, subject])).toEqual([
        ['publish', 'postel.log.a.x'],
        ['publish', '$JS.API.STREAM.INFO.LOG'],
      ]);
      expect(broker.forbidden.lacking).toEqual(['publish postel.log.>', 'publish $JS.API.STREAM.INFO.>']);
    } finally {
      await broker.close();
      await nats.stop();
    }
  });
});

describe('files for the broker', () => {
  it.each([
    [{ credsFile: '/no/such/file' }, /^NATS_CREDS: cannot be read: ENOENT/],
    [{ caFile: '/' }, /^NATS_CA: cannot be read: EISDIR/],
    [{ certFile: import.meta.filename }, /^NATS_KEY: is required/],
    [{ keyFile: import.meta.filename }, /^NATS_CERT: is required/],
  ])('that will not do are told at once, by their variable: %o', async (files, message) => {
    const nobody = { servers: ['nats://127.0.0.1:1'], name: 'test', patienceMs: 600_000 };
    const refused = await connectBroker({ ...nobody, ...files }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(BrokerUnreachable);
    expect((refused as Error).message).toMatch(message);
  });
});

async function relayTurn({ url }: TestServer): Promise<boolean> {
  const other = await connectBroker({ servers: [url], name: 'other' });
  try {
    return await other.isAnswering();
  } finally {
    await other.close();
  }
}
