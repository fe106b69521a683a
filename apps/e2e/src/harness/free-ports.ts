import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Free ports below those that the system hands out by itself, so that no outgoing connection takes one between now and
 * the start of the service that shall have it.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    // above 10080, the last of the ports that fetch refuses to call
    const port = 11_000 + Math.floor(Math.random() * 19_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
