import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from '../receive-requests/listen.js';
import { readBody } from '../receive-requests/read-body.js';
import { checkSignatures, type SignatureCheck } from './check-signatures.js';
import type { Colours } from './colours.js';
import { describeRequest } from './describe-request.js';
import type { ReceiveOptions } from './receive-options.js';

export interface ReceiverCounts {
  readonly requests: number;
  readonly verified: number;
  /** A signature that does not hold, or none at all. */
  readonly refused: number;
  readonly unchecked: number;
}

export interface PrintingReceiver {
  readonly url: string;
  readonly counts: ReceiverCounts;
  close(): Promise<void>;
}

interface Settings {
  readonly options: ReceiveOptions;
  readonly colours: Colours;
  readonly print: (text: string) => void;
}

/** Events whose failed attempts are remembered; the oldest are forgotten, so that it can run for weeks. */
const maxRemembered = 10_000;

/** @throws what `listen` throws when the port cannot be had */
export async function startPrintingReceiver({
  options,
  colours,
  print,
}: Settings): Promise<PrintingReceiver> {
  const counts = { requests: 0, verified: 0, refused: 0, unchecked: 0 };
  const failures = new Map<string, number>();
  const closing = new AbortController();

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = new Date();
    const { method = '', url: path = '', headers } = request;
    const read = await readBody(request);
    const body = read.kind === 'whole' ? read.bytes : null;
    const checks = body && options.secrets.length > 0 ? check(options.secrets, request, body) : null;
    const status =
      read.kind === 'too-large' ? 413 : statusFor(options, failures, String(headers['webhook-id'] ?? ''));
    counts.requests += 1;
    counts[outcomeOf(checks)] += 1;
    print(describeRequest({ at, method, path, headers, body, checks, status }, colours));
    if (options.delayMs > 0) await delay(options.delayMs, undefined, { signal: closing.signal });
    response.writeHead(status, status === 413 ? { connection: 'close' } : {}).end();
  };
  const listening = await listen(options.port, (request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  return {
    url: `http://127.0.0.1:${listening.port}`,
    counts,
    close: () => {
      closing.abort();
      return listening.close();
    },
  };
}

function check(secrets: readonly string[], { headers }: IncomingMessage, body: Buffer): SignatureCheck[] {
  return checkSignatures(headers, body, secrets, Math.floor(Date.now() / 1_000));
}

function outcomeOf(checks: readonly SignatureCheck[] | null): 'verified' | 'refused' | 'unchecked' {
  if (!checks) return 'unchecked';
  return checks.length > 0 && checks.every(({ ok }) => ok) ? 'verified' : 'refused';
}

function statusFor(options: ReceiveOptions, failures: Map<string, number>, eventId: string): number {
  if (options.failFirst === null) return options.status;
  const failed = failures.get(eventId) ?? 0;
  if (failed >= options.failFirst) return 200;
  failures.delete(eventId); // and to the end of the line
  failures.set(eventId, failed + 1);
  if (failures.size > maxRemembered) failures.delete(failures.keys().next().value ?? '');
  return options.status;
}
