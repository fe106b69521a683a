import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Between a broker and its clients: what hangs takes nothing more, and says nothing. */
export class Relay {
  private readonly pairs: (readonly [Socket, Socket])[] = [];
  private isRefusing = false;
  private constructor(private readonly server: Server) {}

  static async start(port: number): Promise<Relay> {
    const server = createServer();
    const relay = new Relay(server);
    server.on('connection', (client) => {
      if (relay.isRefusing) client.destroy();
      else relay.join(client, connect(port, '127.0.0.1'));
    });
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

  /** New connections; those that there are go on. */
  refuse(isRefusing: boolean): void {
    this.isRefusing = isRefusing;
  }

  async stop(): Promise<void> {
    for (const socket of this.pairs.flat()) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, broker: Socket): void {
    this.pairs.push([client, broker]);
    for (const socket of [client, broker]) socket.on('error', () => undefined);
    client.pipe(broker).pipe(client);
    broker.once('close', () => client.destroy());
  }
}
