import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  readonly port: number;
  /** Closes the port and every connection, hanging ones too. */
  close(): Promise<void>;
}

/**
 * A server on this machine alone, unless another address is given.
 * @param port 0: a free one
 * @throws what `listen` throws, with its `code`: EADDRINUSE, EACCES
 */
export async function listen(
  port: number,
  onRequest: RequestListener,
  address = '127.0.0.1',
): Promise<Listening> {
  const server = createServer(onRequest);
  server.listen(port, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
