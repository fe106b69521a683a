import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { connectBroker, type Broker } from './connect-broker.js';
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

  it('is left for another connection, however much it has not taken', async () => {
    await connected(100);
    relay.hang();
    for (let n = 0; n < 32; n++) broker.nc.publish('order.created', new Uint8Array(1024 * 1024));
    const first = broker.connectedAtMs();
    await waitUntil(() => broker.connectedAtMs() > first && broker.isConnected());
    await expect(broker.isAnswering()).resolves.toBe(true);
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
