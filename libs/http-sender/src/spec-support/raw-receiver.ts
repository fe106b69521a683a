import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface RawReceiver {
  readonly url: string;
  readonly port: number;
  /** Connections made so far. */
  readonly connections: number;
  /** Connections open now. */
  readonly open: number;
  /** Requests as they came, headers and body. */
  readonly requests: readonly string[];
  /** Instead of reading requests from the connections that follow. */
  onConnection: ((socket: Socket) => void) | undefined;
  close(): Promise<void>;
}

/** Writes an answer to the wire, byte for byte: what `node:http` would not let a server do. */
export type RawAnswer = (socket: Socket, requestNumber: number) => void;

export interface RawReceiverOptions {
  readonly tls?: TlsOptions;
  readonly host?: string;
}

export async function startRawReceiver(
  answer: RawAnswer,
  options: RawReceiverOptions = {},
): Promise<RawReceiver> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  const accept = (socket: Socket): void => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    if (receiver.onConnection !== undefined) receiver.onConnection(socket);
    else readRequests(socket, (request) => answer(socket, requests.push(request)));
  };
  const server: Server =
    options.tls === undefined ? createServer(accept) : createTlsServer(options.tls, accept);
  server.on('tlsClientError', () => undefined);
  server.listen(0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receiver: RawReceiver = {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/hook`,
    port,
    requests,
    onConnection: undefined,
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
  return receiver;
}

export const okAnswer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** Writes the same piece every so often until the connection is gone. */
export function drip(socket: Socket, piece: string, everyMs: number): void {
  const timer = setInterval(() => socket.write(piece), everyMs);
  socket.on('close', () => clearInterval(timer));
}

/** Writes as fast as it is taken, until the connection is gone or `bytes` are out. */
export function flood(socket: Socket, piece: string, bytes = Number.POSITIVE_INFINITY): void {
  const encoded = Buffer.from(piece, 'latin1');
  let left = bytes;
  const more = (): void => {
    while (!socket.destroyed && left > 0) {
      left -= encoded.length;
      if (!socket.write(encoded)) return void socket.once('drain', more);
    }
  };
  more();
}

function readRequests(socket: Socket, onRequest: (request: string) => void): void {
  let buffered = '';
  socket.on('data', (chunk: Buffer) => {
    buffered += chunk.toString('latin1');
    for (let end = requestEnd(buffered); end !== -1; end = requestEnd(buffered)) {
      const request = buffered.slice(0, end);
      buffered = buffered.slice(end);
      onRequest(request);
    }
  });
}

function requestEnd(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head === -1) return -1;
  const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length >= head + 4 + length ? head + 4 + length : -1;
}
