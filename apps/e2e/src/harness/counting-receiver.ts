import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Arrival {
  readonly eventId: string;
  readonly headers: IncomingHttpHeaders;
  /** When its head was there, by Date.now(). */
  readonly atMs: number;
  /** When it was answered, or broken off; Infinity until then. */
  readonly endedAtMs: number;
}

export interface CountedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
}

export type CountedAnswerer = (arrival: Arrival, requestNumber: number) => CountedAnswer | 'hang';

/** A receiver that knows how many requests are open at once: from their arrival to their answer, or their end. */
export interface CountingReceiver {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  readonly open: number;
  /** The highest `open` since the start, or since the last reset. */
  readonly mostOpen: number;
  resetMostOpen(): void;
  setAnswer(answer: CountedAnswerer): void;
  close(): Promise<void>;
}

export async function startCountingReceiver(answer: CountedAnswerer = () => ({})): Promise<CountingReceiver> {
  const arrivals: Arrival[] = [];
  const closed = new AbortController();
  let answerer = answer;
  let open = 0;
  let mostOpen = 0;
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { headers } = incoming;
    const eventId = headers['webhook-id'];
    const arrival = {
      eventId: typeof eventId === 'string' ? eventId : '',
      headers,
      atMs: Date.now(),
      endedAtMs: Infinity,
    };
    const requestNumber = arrivals.push(arrival);
    mostOpen = Math.max(mostOpen, (open += 1));
    let isOpen = true;
    const end = (): void => {
      if (!isOpen) return;
      isOpen = false;
      open -= 1;
      arrival.endedAtMs = Date.now();
    };
    response.once('close', end);
    incoming.resume();
    const programmed = answerer(arrival, requestNumber);
    if (programmed === 'hang') return;
    const { status = 200, headers: given = {}, delayMs = 0 } = programmed;
    if (delayMs > 0) await sleep(delayMs, undefined, { signal: closed.signal });
    end(); // before the answer: the sender may begin the next one as soon as it has this
    response.writeHead(status, given).end();
  };
  const server = createServer((incoming, response) => {
    void handle(incoming, response).catch(() => incoming.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    get open() {
      return open;
    },
    get mostOpen() {
      return mostOpen;
    },
    resetMostOpen: () => void (mostOpen = open),
    setAnswer: (next) => void (answerer = next),
    close: async () => {
      if (!server.listening) return;
      closed.abort();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The most of them in any window of that length, `[t, t + windowMs)`. */
export function mostWithin(events: readonly { readonly atMs: number }[], windowMs: number): number {
  const times = events.map(({ atMs }) => atMs).sort((a, b) => a - b);
  let most = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while ((times[last] as number) - (times[first] as number) >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** How many arrivals repeat an event that came before. */
export function repeatedIn(arrivals: readonly Arrival[]): number {
  return arrivals.length - new Set(arrivals.map(({ eventId }) => eventId)).size;
}
