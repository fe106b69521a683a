import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitPatienceMs, waitUntil } from './wait-until.js';

export interface ReceivedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The bytes as they came: signatures are over these. */
  readonly rawBody: Buffer;
  /** When the whole request was there, by Date.now(). */
  readonly atMs: number;
}

export interface ProgrammedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Wait before answering. */
  readonly delayMs?: number;
}

/** `hang`: never answers; `reset`: closes the connection without an answer. */
export type Answer = ProgrammedAnswer | 'hang' | 'reset';

/** @param requestNumber from 1, over all paths */
export type Answerer = (request: ReceivedRequest, requestNumber: number) => Answer | Promise<Answer>;

export interface Receiver {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  /** Answers otherwise from now on. */
  setAnswer(answer: Answerer): void;
  /** Until so many requests are there, or until the predicate holds for all that are. */
  waitFor(
    wanted: number | ((requests: readonly ReceivedRequest[]) => boolean),
    timeoutMs?: number,
  ): Promise<readonly ReceivedRequest[]>;
  /** Closes the port and every connection, hanging ones too. */
  close(): Promise<void>;
}

/** A real HTTP server on a free port that keeps every request; answers 200 where nothing else is programmed. */
export async function startReceiver(answer: Answerer = () => ({ status: 200 })): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  let answerer = answer;
  const closed = new AbortController();
  const server = createServer((incoming, response) => {
    void handle(incoming, response).catch(() => incoming.socket.destroy());
  });

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    const requestNumber = requests.push(request);
    const programmed = await answerer(request, requestNumber);
    if (programmed === 'hang') return;
    if (programmed === 'reset') return void incoming.socket.resetAndDestroy();
    const { status = 200, headers = {}, body = '', delayMs = 0 } = programmed;
    if (delayMs > 0) await sleep(delayMs, undefined, { signal: closed.signal });
    response.writeHead(status, headers).end(body);
  };

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    setAnswer: (next) => void (answerer = next),
    waitFor: (wanted, timeoutMs = waitPatienceMs) => waitForRequests(requests, wanted, timeoutMs),
    close: async () => {
      if (!server.listening) return;
      closed.abort();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    rawBody: Buffer.concat(chunks),
    atMs: Date.now(),
  };
}

async function waitForRequests(
  requests: readonly ReceivedRequest[],
  wanted: number | ((requests: readonly ReceivedRequest[]) => boolean),
  timeoutMs: number,
): Promise<readonly ReceivedRequest[]> {
  const enough = typeof wanted === 'number' ? () => requests.length >= wanted : () => wanted(requests);
  const describe = typeof wanted === 'number' ? `${wanted} requests` : 'the requests';
  await waitUntil(enough, { timeoutMs, describe }).catch((error: unknown) => {
    throw new Error(
      `${(error as Error).message}; received ${requests.length}: ${requests
        .map((r) => `${r.method} ${r.path}`)
        .slice(0, 20)
        .join(', ')}`,
    );
  });
  return requests;
}
