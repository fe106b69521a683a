import { randomId } from './random-id.js';
import { sleep } from './sleep.js';

export interface RetryOptions {
  /** Tries after the first; 0: none. */
  readonly retries: number;
  /** Of each try, from connect to the answer's head. */
  readonly timeoutMs: number;
  readonly fetch: (request: Request) => Promise<Response>;
  /** Waits between tries, for tests. */
  readonly wait?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

const firstDelayMs = 250;
const longestDelayMs = 30_000;
const passing = new Set([408, 429, 500, 502, 503, 504]);

/**
 * A fetch that tries again what may pass: no answer, 408, 429, 5xx, and a 409 that says when to come back (the first
 * request with this idempotency key is still under way). It waits as long as `Retry-After` says, at most 30 s, otherwise
 * 250 ms doubled each time with half of it at random.
 *
 * A POST is made safe to repeat by an `Idempotency-Key`, which it is given when it has none; events have their ids.
 * @throws what fetch throws, once no tries are left
 */
export function retryingFetch(options: RetryOptions): (request: Request) => Promise<Response> {
  const wait = options.wait ?? sleep;
  return async (original) => {
    const request = safeToRepeat(original);
    for (let attempt = 0; ; attempt++) {
      const last = attempt >= options.retries;
      const answer = await tryOnce(request, options).catch((error: unknown) => {
        if (last || request.signal.aborted) throw error;
        return null;
      });
      if (answer && (last || !mayPass(answer))) return answer;
      await answer?.body?.cancel();
      await wait(delayMsBefore(attempt, answer), request.signal);
    }
  };
}

async function tryOnce(request: Request, { fetch, timeoutMs }: RetryOptions): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
  return fetch(new Request(request.clone(), { signal }));
}

function safeToRepeat(request: Request): Request {
  if (request.method !== 'POST' || request.headers.has('idempotency-key') || hasIdsOfItsOwn(request)) {
    return request;
  }
  const headers = new Headers(request.headers);
  headers.set('idempotency-key', randomId());
  return new Request(request, { headers });
}

function hasIdsOfItsOwn(request: Request): boolean {
  return /\/v1\/events(\/batch|\/explain)?$/.test(new URL(request.url).pathname);
}

function mayPass(answer: Response): boolean {
  return passing.has(answer.status) || (answer.status === 409 && answer.headers.has('retry-after'));
}

function delayMsBefore(attempt: number, answer: Response | null): number {
  const seconds = Number(answer?.headers.get('retry-after') ?? NaN);
  const backoffMs = firstDelayMs * 2 ** attempt * (0.5 + Math.random());
  return Math.min(
    Number.isFinite(seconds) ? Math.max(seconds * 1_000, backoffMs) : backoffMs,
    longestDelayMs,
  );
}
