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
 * A POST is made safe to repeat by an `Idempotency-Key`, which it is given when it has none; events have their ids, and
 * those without are sent once.
 * @throws what fetch throws, once no tries are left
 */
export function retryingFetch(options: RetryOptions): (request: Request) => Promise<Response> {
  const wait = options.wait ?? sleep;
  return async (original) => {
    const request = safeToRepeat(original);
    const retries = (await wouldBeTwoEvents(request)) ? 0 : options.retries;
    for (let attempt = 0; ; attempt++) {
      const last = attempt >= retries;
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

/** Whoever publishes by the route itself may leave the id away. A CloudEvent has one always, or is refused. */
async function wouldBeTwoEvents(request: Request): Promise<boolean> {
  const isPublish =
    request.method === 'POST' && /\/v1\/events(\/batch)?$/.test(new URL(request.url).pathname);
  if (!isPublish || !isPlainJson(request)) return false;
  const body = (await request
    .clone()
    .json()
    .catch(() => null)) as { readonly events?: unknown } | null;
  const events = Array.isArray(body) ? body : Array.isArray(body?.events) ? body.events : [body];
  return events.some((event: { readonly id?: unknown } | null) => event?.id === undefined);
}

function isPlainJson({ headers }: Request): boolean {
  return /^application\/json\b/i.test(headers.get('content-type') ?? '') && !headers.has('ce-id');
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
