import { EventSourceParserStream } from 'eventsource-parser/stream';

export interface LiveMessage {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** `off`: there is no live answer to be had here, and none will come. */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'off';

export interface FollowOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onMessage: (message: LiveMessage) => void;
  readonly onState: (state: LiveState) => void;
  readonly fetch?: typeof fetch;
  readonly wait?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

const firstDelayMs = 1_000;
const longestDelayMs = 30_000;
/** The server says something every 15 s. */
const silentAfterMs = 40_000;

/**
 * Reads server-sent events until the signal is aborted. `EventSource` would send no Authorization; so this is done with
 * fetch. A connection that ends, or is silent for too long, is made again behind the last id that was seen.
 */
export async function follow(options: FollowOptions): Promise<void> {
  const { signal, onState, wait = sleep } = options;
  let lastId: string | undefined;
  let delayMs = firstDelayMs;
  onState('connecting');
  while (!signal.aborted) {
    const answer = await readOnce(options, lastId, (message) => {
      if (message.id !== undefined) lastId = message.id;
      delayMs = firstDelayMs;
      options.onMessage(message);
    }).catch(() => 'again' as const);
    if (signal.aborted) return;
    if (answer === 'never') return onState('off');
    onState('reconnecting');
    await wait(delayMs * (0.75 + Math.random() / 2), signal).catch(() => undefined);
    delayMs = Math.min(delayMs * 2, longestDelayMs);
  }
}

async function readOnce(
  { url, headers, signal, onState, fetch: send = fetch }: FollowOptions,
  lastId: string | undefined,
  onMessage: (message: LiveMessage) => void,
): Promise<'again' | 'never'> {
  const silence = new AbortController();
  const quiet = () => setTimeout(() => silence.abort(), silentAfterMs);
  let timer = quiet();
  try {
    const response = await send(url, {
      headers: {
        ...headers,
        accept: 'text/event-stream',
        ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
      },
      signal: AbortSignal.any([signal, silence.signal]),
      cache: 'no-store',
    });
    if (!response.ok || !response.body) return mayPass(response.status) ? 'again' : 'never';
    onState('live');
    const heard = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        clearTimeout(timer);
        timer = quiet();
        controller.enqueue(chunk);
      },
    });
    const messages = response.body
      .pipeThrough(heard)
      .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
      .pipeThrough(new EventSourceParserStream());
    const reader = messages.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const { event = 'message', id, data } = next.value;
      onMessage({ event, id, data });
    }
    return 'again';
  } finally {
    clearTimeout(timer);
  }
}

function mayPass(status: number): boolean {
  return status === 429 || status >= 500;
}

function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
