import { signHeaders, type SigningKey } from '@postel/signing';
import { setTimeout as delay } from 'node:timers/promises';
import { causesOf, codeOf, connectionFault } from '../fail/failure-of.js';
import type { LiveEvent } from '../follow-live/live-message.js';
import { cliVersion } from '../version.js';

export interface ForwardOptions {
  readonly target: string;
  readonly key: SigningKey;
  readonly timeoutMs: number;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  /** The local server is down: told once, and again when it is back. */
  readonly onDown: (reason: string) => void;
}

export type Forwarded =
  | { readonly kind: 'answered'; readonly status: number; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly reason: string; readonly durationMs: number };

const askAgainMs = 500;

/** Nobody took the connection: the request did not arrive, and may be sent again. */
const down: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * One request, as the deliverer would make it. Sent again only while the local server is down; whatever it does with a
 * request that arrived is an answer.
 * @throws when the signal is aborted
 */
export async function forwardEvent(event: LiveEvent, options: ForwardOptions): Promise<Forwarded> {
  for (let told = false; ; told = true) {
    const startedMs = performance.now();
    const durationMs = () => Math.round(performance.now() - startedMs);
    try {
      const status = await post(event, options);
      return { kind: 'answered', status, durationMs: durationMs() };
    } catch (error) {
      options.signal.throwIfAborted();
      if (!isDown(error)) return { kind: 'failed', reason: reasonOf(error), durationMs: durationMs() };
      if (!told) options.onDown(reasonOf(error));
      await delay(askAgainMs, undefined, { signal: options.signal });
    }
  }
}

async function post(event: LiveEvent, options: ForwardOptions): Promise<number> {
  const body = Buffer.from(event.body);
  const response = await fetch(options.target, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': `Postel/${cliVersion}`,
      ...signHeaders({
        schemes: ['standard', 'timestamp-hex'],
        keys: [options.key],
        messageId: event.id,
        deliveryId: `dlv_listen_${event.id}`.slice(0, 64),
        // those before did not arrive
        attemptNumber: 1,
        timestampSec: Math.floor(options.nowMs() / 1_000),
        body,
      }),
    },
    body,
    redirect: 'manual',
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]),
  });
  // until its last byte, as a deliverer waits; what it says is of no use here
  for await (const _chunk of response.body ?? []);
  return response.status;
}

function isDown(error: unknown): boolean {
  return [...causesOf(error)].some((one) => down.has(codeOf(one) ?? ''));
}

function reasonOf(error: unknown): string {
  const { name, message } = error as Partial<Error>;
  return name === 'TimeoutError' ? 'timeout' : (connectionFault(error) ?? message ?? String(error));
}
