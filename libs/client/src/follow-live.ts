import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ProblemError, problemOfResponse } from './problem-error.js';
import { reconnectDelayMs } from './reconnect-delay.js';
import { Silence } from './silence.js';
import { sleep } from './sleep.js';

/** What `GET /v1/live/…` tells; `id` is where to go on behind. */
export interface LiveMessage {
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
}

/** Of the connection, not of what is followed: it is made again. */
export class LiveLost extends Error {
  override name = 'LiveLost';
}

/**
 * `live`: what happens from now on will be told. `reconnecting`: `error` is a {@link LiveLost}, a {@link ProblemError} of
 * an API that has no place now, or what `fetch` threw.
 */
export type FollowState =
  | { readonly name: 'connecting' }
  | { readonly name: 'live' }
  | { readonly name: 'reconnecting'; readonly error: unknown; readonly waitMs: number };

export interface FollowOptions {
  /** Of the live answer, with its query: `https://…/v1/live/events?events=…`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onState: (state: FollowState) => void;
  /** Where to begin: behind this message; from now on without it. */
  readonly after?: string | undefined;
  /** A comment comes every 15 s: whoever is silent for longer is gone (45,000). */
  readonly silenceMs?: number | undefined;
  /** Before the first try again, until the API says otherwise (1,000). */
  readonly firstDelayMs?: number | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** Waits between tries, for tests. */
  readonly wait?: ((delayMs: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/**
 * Server-sent events for as long as the signal allows, over any number of connections: each goes on behind the last message
 * that was dealt with, which is when the next one is asked for. So nothing is missed and nothing is told twice. With
 * `fetch`, for `EventSource` sends no Authorization.
 *
 *   connecting ──▶ live ──(lost)──▶ reconnecting ──▶ live …      refused (4xx): it throws
 *
 * @throws {ProblemError} when the API refuses: it would again
 */
export async function* followLive(options: FollowOptions): AsyncGenerator<LiveMessage, void, undefined> {
  const { signal, onState, wait = sleep } = options;
  const place = new Place(options.after, options.firstDelayMs ?? 1_000);
  onState({ name: 'connecting' });
  for (let failures = 0; !signal.aborted;) {
    let isFirst = true;
    try {
      for await (const message of readOnce(options, place)) {
        if (isFirst) onState({ name: 'live' });
        isFirst = false;
        failures = 0;
        if (message.event !== 'ready') yield message;
        place.reached(message);
      }
      throw new LiveLost('the API ended the answer');
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ProblemError && !mayPass(error)) throw error;
      failures += 1;
      const askedMs = error instanceof ProblemError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
      const waitMs = reconnectDelayMs(failures, place.firstDelayMs, askedMs, Math.random);
      onState({ name: 'reconnecting', error, waitMs });
      await wait(waitMs, signal).catch(() => undefined); // it is over
    }
  }
}

function mayPass({ status }: ProblemError): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Behind which message to go on. `ready` tells the first: an answer lost before any other would leave a gap otherwise. */
class Place {
  constructor(
    public after: string | undefined,
    public firstDelayMs: number,
  ) {}

  reached({ event, id }: LiveMessage): void {
    if (event === 'ready') this.after ??= id ?? undefined;
    else this.after = id ?? this.after;
  }
}

async function* readOnce(options: FollowOptions, place: Place): AsyncGenerator<LiveMessage, void, undefined> {
  const { signal, silenceMs = 45_000 } = options;
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const silence = new Silence(silenceMs, () => ended.abort());
  try {
    const body = await open(options, place, stop);
    const reader = body
      .pipeThrough(silence.watching(), { signal: stop })
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .pipeThrough(new EventSourceParserStream({ onRetry: (retryMs) => (place.firstDelayMs = retryMs) }))
      .getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const { event = 'message', id, data } = next.value;
      // whoever takes their time over a message is not the API being silent
      silence.pause();
      yield { event, id: id ?? null, data };
      silence.resume();
    }
  } catch (error) {
    throw silence.over ? new LiveLost('the API has fallen silent') : error;
  } finally {
    silence.pause();
    ended.abort();
  }
}

async function open(
  { url, headers, fetch: send = fetch }: FollowOptions,
  { after }: Place,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const response = await send(url, {
    headers: {
      ...headers,
      accept: 'text/event-stream',
      ...(after === undefined ? {} : { 'last-event-id': after }),
    },
    signal,
    cache: 'no-store',
    redirect: 'manual',
  });
  const type = response.headers.get('content-type') ?? '';
  if (response.ok && response.body && type.startsWith('text/event-stream')) return response.body;
  throw await problemOfResponse(response);
}
