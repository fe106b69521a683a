import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { endpointNames, type EndpointName } from '../endpoint-names.js';
import { Journal } from '../keep-journal/journal.js';
import { serveCommands } from '@postel/testing';
import { parseEventId } from '../publish-events/event-kinds.js';
import { answerTo } from './answers.js';
import { complaintAboutBody, complaintAboutTimestampHex } from './check-request.js';
import type { RequestRecord } from './receiver-journal.js';

export interface ListenInput {
  readonly journalFile: string;
  readonly seed: number;
}

export type ReceiverCommands = {
  listen: (input: ListenInput) => Promise<{ port: number }>;
  /** Of the endpoints' secrets; before the first event. */
  trust: (input: Readonly<Record<EndpointName, string>>) => Promise<void>;
  count: (input: undefined) => Promise<number>;
};

/** The receivers of webhooks, one path each. Never killed: their journal is what happened. */
class Receiver {
  requests = 0;
  private secrets: Readonly<Partial<Record<EndpointName, string>>> = {};

  constructor(
    private readonly journal: Journal,
    private readonly seed: number,
  ) {}

  trust(secrets: Readonly<Record<EndpointName, string>>): void {
    this.secrets = secrets;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAtMs = Date.now();
    const endpoint = endpointNames.find((name) => request.url === `/${name}`);
    const body = await readBody(request);
    if (!endpoint) return void response.writeHead(404).end();
    const eventId = headerOf(request, 'webhook-id');
    const attempt = Number(headerOf(request, 'x-webhook-attempt'));
    const sequence = headerOf(request, 'webhook-sequence');
    const { status, delayMs } = answerTo({ endpoint, eventId, attempt, seed: this.seed });
    if (delayMs > 0) await delay(delayMs);
    const record: RequestRecord = {
      endpoint,
      eventId,
      deliveryId: headerOf(request, 'x-webhook-delivery'),
      attempt,
      orderingKey: parseEventId(eventId)?.orderingKey ?? null,
      sequence: sequence === '' ? null : Number(sequence),
      startedAtMs,
      endedAtMs: Date.now(),
      status,
      badSignature: this.complaintAbout(endpoint, request, body),
      badBody: complaintAboutBody(body, eventId),
    };
    await this.journal.append(record);
    this.requests += 1;
    response.writeHead(status).end();
  }

  private complaintAbout(endpoint: EndpointName, { headers }: IncomingMessage, body: Buffer): string | null {
    const secret = this.secrets[endpoint];
    if (secret === undefined) return 'no secret yet';
    try {
      new Webhook(secret).verify(body, headers as Record<string, string>);
      return complaintAboutTimestampHex(headers, body, secret);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

let receiver: Receiver | null = null;
const running = (): Receiver => {
  if (!receiver) throw new Error('the receiver does not listen');
  return receiver;
};

const commands: ReceiverCommands = {
  listen: async ({ journalFile, seed }) => {
    const created = (receiver = new Receiver(await Journal.create(journalFile), seed));
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      // a request that was cut off is none
      created.answer(request, response).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1', 1_024);
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port };
  },
  trust: (secrets) => Promise.resolve(running().trust(secrets)),
  count: () => Promise.resolve(running().requests),
};

serveCommands(commands);
