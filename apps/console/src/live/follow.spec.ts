import { describe, expect, it } from '@jest/globals';
import type { LiveMessage } from '@postel/client';
import { follow, type LiveState } from './follow.js';

/** One answer after the other, as a server gives them; then the reader is told to stop. */
async function followed(answers: readonly (() => Response)[]) {
  const stop = new AbortController();
  const asked: (string | null)[] = [];
  const messages: LiveMessage[] = [];
  const states: LiveState[] = [];
  const waits: number[] = [];
  await follow({
    url: '/v1/live/deliveries',
    headers: { authorization: 'Bearer x' },
    signal: stop.signal,
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
    fetch: (_url, init) => {
      asked.push(new Headers(init?.headers).get('last-event-id'));
      const answer = answers[asked.length - 1];
      if (answer) return Promise.resolve(answer());
      stop.abort();
      return Promise.reject(new Error('stopped'));
    },
    wait: (delayMs) => {
      waits.push(delayMs);
      return Promise.resolve();
    },
  });
  return { asked, messages, states, waits };
}

/** In pieces that end where the network likes. */
const streamOf =
  (...pieces: string[]) =>
  () =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
          controller.close();
        },
      }),
      { headers: { 'content-type': 'text/event-stream' } },
    );

describe('following a live answer', () => {
  it('goes on behind the last message that it read, when the connection ends', async () => {
    const { asked, messages, states } = await followed([
      streamOf(
        'event: ready\nid: 7\ndata: {}\n\nevent: deli',
        'very\nid: 8\ndata: {"a":',
        '1}\n\n: still here\n\n',
      ),
      streamOf('event: delivery\nid: 9\ndata: {"a":2}\n\n'),
    ]);
    expect(asked).toEqual([null, '8', '9']);
    expect(messages).toEqual([
      { event: 'delivery', id: '8', data: '{"a":1}' },
      { event: 'delivery', id: '9', data: '{"a":2}' },
    ]);
    expect(states).toEqual(['connecting', 'live', 'reconnecting', 'live', 'reconnecting']);
  });

  it('waits longer each time while nothing comes', async () => {
    const busy = () => new Response('', { status: 503 });
    const { waits, states } = await followed([busy, busy, busy, busy]);
    expect(states).not.toContain('live');
    for (const [index, waitMs] of waits.entries()) {
      expect(waitMs).toBeGreaterThanOrEqual(1_000 * 2 ** index * 0.75);
      expect(waitMs).toBeLessThanOrEqual(1_000 * 2 ** index * 1.25);
    }
  });

  it.each([401, 403, 404])('gives up where none will come: %d', async (status) => {
    const { asked, states } = await followed([() => new Response('', { status })]);
    expect(asked).toHaveLength(1);
    expect(states.at(-1)).toBe('off');
  });
});
