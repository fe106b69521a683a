import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { reasonOf } from '../demo-fault.js';
import { listen } from './listen.js';
import { readBody } from './read-body.js';
import type { Seen, SeenEvent } from './seen-events.js';

/** What the receiver answers to the nth request of an event, from 1. */
export type Behaviour = (nthRequest: number) => number | 'hang';

export interface DemoReceiver {
  readonly url: string;
  readonly seen: Seen;
  close(): Promise<void>;
}

export interface DemoReceiverOptions {
  /** By which Postel reaches it; `null`: it is on this machine, and open to nobody else. */
  readonly host: string | null;
  readonly secret: string;
  readonly behaviour: Behaviour;
  /** The JSON that must come; undefined for an event of someone else, which is answered and not counted. */
  readonly objectTextOf: (eventId: string) => string | undefined;
}

type Counts = { -readonly [Key in keyof Seen]: Seen[Key] } & { readonly events: Map<string, SeenEvent> };

/** A stranger's receiver: verifies every request with the npm package `standardwebhooks`, and keeps count. */
export async function startDemoReceiver(options: DemoReceiverOptions): Promise<DemoReceiver> {
  const { host, secret, behaviour, objectTextOf } = options;
  const webhook = new Webhook(secret);
  const seen: Counts = { events: new Map(), requests: 0, cutOff: 0, verified: 0, intact: 0, fault: null };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const eventId = String(request.headers['webhook-id'] ?? '');
    const objectText = objectTextOf(eventId);
    const answer = objectText === undefined ? 200 : await take(request, eventId, objectText);
    if (answer !== 'hang') response.writeHead(answer).end();
  };
  const take = async (request: IncomingMessage, eventId: string, objectText: string) => {
    const event = seen.events.get(eventId) ?? { requests: 0, okAnswers: 0, firstOkAtMs: null };
    seen.events.set(eventId, event);
    seen.requests += 1;
    event.requests += 1;
    const nthRequest = event.requests;
    const atMs = Date.now();
    const body = await readBody(request);
    if (body.kind === 'cut-off') {
      seen.cutOff += 1;
      return 'hang';
    }
    judge(body.kind === 'whole' ? body.bytes : Buffer.alloc(0), request.headers, objectText);
    const answer = behaviour(nthRequest);
    if (answer !== 'hang' && answer < 300) {
      event.okAnswers += 1;
      event.firstOkAtMs ??= atMs;
    }
    return answer;
  };
  const judge = (body: Buffer, headers: IncomingHttpHeaders, objectText: string) => {
    try {
      webhook.verify(body, headers as Record<string, string>);
      seen.verified += 1;
    } catch (error) {
      seen.fault ??= `${String(headers['webhook-id'])}: ${reasonOf(error)}`;
    }
    if (body.includes(objectText)) seen.intact += 1;
    else seen.fault ??= `${String(headers['webhook-id'])}: the object is not what was sent`;
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch(() => request.socket.destroy());
  };
  const listening = await listen(0, onRequest, host === null ? '127.0.0.1' : '0.0.0.0');
  return { url: `http://${host ?? '127.0.0.1'}:${listening.port}/`, seen, close: () => listening.close() };
}
