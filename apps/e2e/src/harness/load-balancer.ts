import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const askEveryMs = 100;
const askTimeoutMs = 2_000;
/** A backend that is not ready, or says nothing, so many times in a row is left out: as Kubernetes does by default. */
const failureThreshold = 3;

/** A balancer of connections as clusters have them: it knows nothing of HTTP but what `/readyz` answers. */
export interface LoadBalancer {
  readonly url: string;
  /** Who takes connections, when ready; whoever is not named any more keeps those it has. */
  serve(urls: readonly string[]): void;
  /** Resolves when so many are ready. */
  untilReady(count: number): Promise<void>;
  /** Connections that nobody was ready for, or that were refused. */
  refused(): number;
  close(): Promise<void>;
}

/** New connections go to the ready ones in turn; nothing is tried again elsewhere, so what goes wrong is seen. */
export async function startLoadBalancer(): Promise<LoadBalancer> {
  let backends: readonly string[] = [];
  const ready = new Set<string>();
  const watches = new Map<string, Promise<void>>();
  let turns = 0;
  let refused = 0;
  const sockets = new Set<Socket>();
  const closed = new AbortController();
  const pause = () => sleep(askEveryMs, undefined, { signal: closed.signal }).catch(() => undefined);
  const readyNow = () => backends.filter((backend) => ready.has(backend));
  const server = createServer((client) => {
    const now = readyNow();
    const backend = now[(turns += 1) % Math.max(1, now.length)];
    if (backend === undefined) {
      refused += 1;
      return void client.destroy();
    }
    const { port, hostname } = new URL(backend);
    const upstream = connect(Number(port), hostname);
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') refused += 1;
    });
    joinSockets(client, upstream, sockets);
  });
  /** Each by itself: one that says nothing must not keep another from being left out. */
  const watch = async (backend: string): Promise<void> => {
    for (let failures = 0; !closed.signal.aborted && backends.includes(backend); await pause()) {
      failures = (await isReady(backend)) ? 0 : failures + 1;
      if (failures === 0) ready.add(backend);
      else if (failures >= failureThreshold) ready.delete(backend);
    }
    ready.delete(backend);
    watches.delete(backend);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (urls) => {
      backends = urls;
      for (const url of urls) if (!watches.has(url)) watches.set(url, watch(url));
    },
    untilReady: async (count) => {
      while (readyNow().length < count && !closed.signal.aborted) await pause();
    },
    refused: () => refused,
    close: async () => {
      closed.abort();
      for (const socket of sockets) socket.destroy();
      server.close();
      await Promise.all([once(server, 'close'), ...watches.values()]);
    },
  };
}

function joinSockets(client: Socket, upstream: Socket, all: Set<Socket>): void {
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    all.add(one);
    one.setNoDelay(true);
    one.on('error', () => other.destroy());
    one.on('close', () => {
      all.delete(one);
      other.destroySoon();
    });
    one.pipe(other);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(askTimeoutMs),
    });
    await answer.text();
    return answer.ok;
  } catch {
    return false;
  }
}
