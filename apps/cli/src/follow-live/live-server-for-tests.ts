import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface LiveServer {
  readonly url: string;
  /** The `last-event-id` of each connection, `null` without one. */
  readonly asked: (string | null)[];
  /** Headers of each request. */
  readonly requests: IncomingMessage[];
  /** So many messages are in the log; whoever reads gets what stands behind its position. */
  append(count: number): void;
  /** Cuts every connection, as a server that dies. */
  cut(): void;
  /** Refuses what comes, `null`: not any more. */
  refuse(status: number | null, headers?: Record<string, string>): void;
  /** Sends this, word for word, to all. */
  say(text: string): void;
  close(): Promise<void>;
}

/** Speaks as `GET /v1/live/events` does: `ready` first, positions as ids, and on behind `Last-Event-ID`. */
export async function startLiveServer(
  messageAt: (position: number) => { readonly event: string; readonly data: unknown },
): Promise<LiveServer> {
  const asked: (string | null)[] = [];
  const requests: IncomingMessage[] = [];
  const readers = new Map<ServerResponse, number>();
  let last = 0;
  let refusal: { status: number; headers: Record<string, string> } | null = null;
  const tell = (response: ServerResponse) => {
    for (let position = (readers.get(response) ?? 0) + 1; position <= last; position++) {
      const { event, data } = messageAt(position);
      response.write(`event: ${event}\nid: ${position}\ndata: ${JSON.stringify(data)}\n\n`);
      readers.set(response, position);
    }
  };
  const server = createServer((request, response) => {
    requests.push(request);
    if (refusal) {
      response.writeHead(refusal.status, { 'content-type': 'application/problem+json', ...refusal.headers });
      return void response.end(
        JSON.stringify({ type: 'x', title: 'No', code: 'unauthorized', status: refusal.status }),
      );
    }
    const after = request.headers['last-event-id'];
    asked.push(typeof after === 'string' ? after : null);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    readers.set(response, typeof after === 'string' ? Number(after) : last);
    response.on('close', () => readers.delete(response));
    response.write(
      `retry: 1\nid: ${readers.get(response)}\nevent: ready\ndata: ${JSON.stringify({ position: String(readers.get(response)) })}\n\n`,
    );
    tell(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    requests,
    append: (count) => {
      last += count;
      for (const response of readers.keys()) tell(response);
    },
    cut: () => server.closeAllConnections(),
    refuse: (status, headers = {}) => void (refusal = status === null ? null : { status, headers }),
    say: (text) => {
      for (const response of readers.keys()) response.write(text);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
