import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const askEveryMs = 100;
const askTimeoutMs = 2_000;
/** A backend that says no is left out at once, one that says nothing after so many times, as everywhere. */
const silences = 3;

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
  let ready: readonly string[] = [];
  let turns = 0;
  let refused = 0;
  const sockets = new Set<Socket>();
  const closed = new AbortController();
  const server = createServer((client) => {
    const backend = ready[(turns += 1) % Math.max(1, ready.length)];
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
  const watching = (async () => {
    const silent = new Map<string, number>();
    while (!closed.signal.aborted) {
      const asked = backends;
      const answers = await Promise.all(asked.map(askReadiness));
      const before = ready;
      ready = asked.filter((backend, index) => {
        const answer = answers[index];
        silent.set(backend, answer === 'silent' ? (silent.get(backend) ?? 0) + 1 : 0);
        if (answer === 'silent') return before.includes(backend) && (silent.get(backend) ?? 0) < silences;
        return answer === 'yes';
      });
      await sleep(askEveryMs, undefined, { signal: closed.signal }).catch(() => undefined);
    }
  })();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (urls) => void (backends = urls),
    untilReady: async (count) => {
      while (ready.length < count) await sleep(askEveryMs, undefined, { signal: closed.signal });
    },
    refused: () => refused,
    close: async () => {
      closed.abort();
      for (const socket of sockets) socket.destroy();
      server.close();
      await Promise.all([once(server, 'close'), watching]);
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

async function askReadiness(url: string): Promise<'yes' | 'no' | 'silent'> {
  try {
    const answer = await fetch(`${url}/readyz`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(askTimeoutMs),
    });
    await answer.text();
    return answer.ok ? 'yes' : 'no';
  } catch (error) {
    return String(error).startsWith('TimeoutError') ? 'silent' : 'no';
  }
}
