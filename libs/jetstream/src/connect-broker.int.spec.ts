import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connectBroker, type Broker } from './connect-broker.js';

/** Between a broker and its clients: what hangs takes nothing more, and says nothing. */
class Relay {
  private readonly pairs: (readonly [Socket, Socket])[] = [];
  private constructor(private readonly server: Server) {}

  static async start(port: number): Promise<Relay> {
    const server = createServer();
    const relay = new Relay(server);
    server.on('connection', (client) => relay.join(client, connect(port, '127.0.0.1')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return relay;
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The connections that there are; new ones are served. */
  hang(): void {
    for (const socket of this.pairs.flat()) socket.unpipe().pause();
  }

  release(): void {
    for (const [client, broker] of this.pairs) client.pipe(broker).pipe(client);
  }

  async stop(): Promise<void> {
    for (const socket of this.pairs.flat()) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, broker: Socket): void {
    this.pairs.push([client, broker]);
    for (const socket of [client, broker]) socket.on('error', () => undefined);
    client.pipe(broker).pipe(client);
  }
}

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
