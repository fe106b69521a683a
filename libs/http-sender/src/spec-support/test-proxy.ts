import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface TestProxy {
  readonly url: string;
  readonly port: number;
  /** Connections made so far, and those open now. */
  readonly connections: number;
  readonly open: number;
  /** What it was asked, whole heads. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Answers a CONNECT; `tunnel` makes the connection and says 200. */
export type ProxyAnswer = (socket: Socket, tunnel: () => void, requestNumber: number) => void;

export interface TestProxyOptions {
  readonly tls?: TlsOptions;
  readonly answer?: ProxyAnswer;
}

/** A proxy that knows CONNECT alone. Whatever name it is asked for, it connects to the port on 127.0.0.1. */
export async function startTestProxy(options: TestProxyOptions = {}): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  let connections = 0;
  const answer = options.answer ?? ((_socket, tunnel) => tunnel());
  const keep = (socket: Socket): Socket =>
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  const accept = (socket: Socket): void => {
    connections += 1;
    sockets.add(keep(socket));
    let head = '';
    const onData = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      if (!head.endsWith('\r\n\r\n')) return;
      socket.off('data', onData);
      const port = Number(/^CONNECT \S+:(\d+) /.exec(head)?.[1]);
      answer(socket, () => tunnelTo(port, socket, keep), asked.push(head));
    };
    socket.on('data', onData);
  };
  const server = options.tls === undefined ? createServer(accept) : createTlsServer(options.tls, accept);
  server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    asked,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function tunnelTo(port: number, socket: Socket, keep: (socket: Socket) => Socket): void {
  const target = keep(connect(port, '127.0.0.1'));
  target.once('connect', () => {
    socket.write('HTTP/1.1 200 Connection established\r\nvia: test\r\n\r\n');
    socket.pipe(target).pipe(socket);
  });
  target.once('close', () => socket.destroy());
  socket.once('close', () => target.destroy());
}
