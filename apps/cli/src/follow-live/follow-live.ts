import { ProblemError, type Problem } from '@postel/client';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '../connect/connection.js';
import { connectionFault } from '../fail/failure-of.js';
import type { LiveMessage } from './live-message.js';
import { reconnectDelayMs, retryAfterMs } from './reconnect-delay.js';

export interface FollowOptions {
  readonly connection: Connection;
  /** `/v1/live/events?events=…` */
  readonly path: string;
  readonly signal: AbortSignal;
  /** The connection was lost or made again; one line each. */
  readonly onNotice: (line: string) => void;
  /** Once, when what follows will be told. */
  readonly onReady?: () => void;
  /** Where to begin: behind this message; from now on without it. */
  readonly after?: string | undefined;
  /** A comment comes every 15 s: whoever is silent for longer is gone (45,000). */
  readonly silenceMs?: number;
  readonly firstDelayMs?: number;
}

/** The connection, not what was asked for: it is made again. */
class Lost extends Error {
  constructor(
    message: string,
    readonly askedMs: number | null = null,
  ) {
    super(message);
  }
}

/**
 * Server-sent events for as long as the signal allows, over any number of connections: each goes on behind the last message
 * that was dealt with, which is when the next one is asked for. So nothing is missed and nothing is told twice.
 *
 *   connecting ──▶ reading ──(lost)──▶ waiting ──▶ connecting …      refused (4xx): it throws
 *
 * @throws {ProblemError} when the API refuses: it would again
 */
export async function* followLive(options: FollowOptions): AsyncGenerator<LiveMessage, void, undefined> {
  const { signal, onNotice } = options;
  const place = new Place(options.after, options.firstDelayMs ?? 1_000);
  for (let failures = 0; !signal.aborted;) {
    try {
      for await (const message of readOnce(options, place)) {
        if (failures > 0) onNotice('connected again');
        failures = 0;
        if (message.event !== 'ready') yield message;
        else if (place.isNew) options.onReady?.();
        place.reached(message);
      }
      throw new Lost('the API ended the answer');
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Lost)) throw error;
      failures += 1;
      const waitMs = reconnectDelayMs(failures, place.firstDelayMs, error.askedMs, Math.random);
      onNotice(`${error.message}; trying again in ${(waitMs / 1_000).toFixed(1)} s`);
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Behind which message to go on. `ready` tells the first: an answer lost before any other would leave a gap otherwise. */
class Place {
  constructor(
    public after: string | undefined,
    public firstDelayMs: number,
  ) {}

  /** No answer was ready yet. */
  isNew = true;

  reached({ event, id, data }: LiveMessage): void {
    this.isNew = false;
    if (event === 'ready') this.after ??= id ?? positionIn(data);
    else if (event === 'reset') this.after = id ?? positionIn(data) ?? this.after;
    else this.after = id ?? this.after;
  }
}

function positionIn(data: string): string | undefined {
  try {
    const { position } = JSON.parse(data) as { position?: unknown };
    return typeof position === 'string' || typeof position === 'number' ? String(position) : undefined;
  } catch {
    return undefined;
  }
}

async function* readOnce(options: FollowOptions, place: Place): AsyncGenerator<LiveMessage, void, undefined> {
  const { signal, silenceMs = 45_000 } = options;
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const silence = new Silence(silenceMs, () => ended.abort());
  try {
    const response = await open(options, place, stop);
    const messages = (response.body as ReadableStream<Uint8Array>)
      .pipeThrough(silence.watching(), { signal: stop })
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .pipeThrough(new EventSourceParserStream({ onRetry: (retryMs) => (place.firstDelayMs = retryMs) }));
    for await (const { event = 'message', id, data } of messages) {
      // whoever takes their time over a message is not the API being silent
      silence.pause();
      yield { event, id: id ?? null, data };
      silence.resume();
    }
  } catch (error) {
    throw lostOr(error, signal.aborted, silence.over);
  } finally {
    silence.pause();
    ended.abort();
  }
}

function lostOr(error: unknown, interrupted: boolean, silent: boolean): unknown {
  if (error instanceof ProblemError || error instanceof Lost || interrupted) return error;
  if (silent) return new Lost('the API has fallen silent');
  const reason =
    connectionFault(error) ??
    ((error as Partial<Error>).name === 'TypeError' ? 'the connection ended' : null);
  return reason === null ? error : new Lost(`the API cannot be reached (${reason})`);
}

async function open(
  { connection, path }: FollowOptions,
  { after }: Place,
  signal: AbortSignal,
): Promise<Response> {
  const { url, token, tenant } = connection;
  const response = await fetch(`${url}${path}`, {
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      ...(tenant === null ? {} : { 'postel-tenant': tenant }),
      ...(after === undefined ? {} : { 'last-event-id': after }),
    },
    signal,
  });
  const type = response.headers.get('content-type') ?? '';
  if (response.ok && response.body && type.startsWith('text/event-stream')) return response;
  const problem = (await response.json().catch(() => null)) as Problem | null;
  const { status, headers } = response;
  const refusal = new ProblemError(status, problem, headers.get('x-request-id'));
  if (status === 429 || status === 408 || status >= 500) {
    throw new Lost(refusal.message, retryAfterMs(headers.get('retry-after')));
  }
  throw refusal;
}

/** Whether anything comes, comments included; what is not asked for cannot come. */
class Silence {
  over = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly longestMs: number,
    private readonly end: () => void,
  ) {
    this.resume();
  }

  watching(): TransformStream<Uint8Array, Uint8Array> {
    return new TransformStream({
      transform: (chunk, controller) => {
        if (this.timer !== null) this.resume();
        controller.enqueue(chunk);
      },
    });
  }

  pause(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  resume(): void {
    this.pause();
    this.timer = setTimeout(() => {
      this.over = true;
      this.end();
    }, this.longestMs);
  }
}
