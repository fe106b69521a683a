import { benchEvent } from '../bench-event.js';
import { monotonicMs } from '../monotonic-clock.js';
import { HttpClient, type HttpTarget } from './http-client.js';

export interface AcceptInput {
  readonly target: Omit<HttpTarget, 'path'>;
  readonly type: string;
  readonly perRequest: number;
  readonly concurrency: number;
  readonly durationMs: number;
}

export interface AcceptOutput {
  readonly accepted: number;
  readonly refused: number;
  readonly elapsedMs: number;
  readonly latenciesMs: Float64Array;
}

/** Publishes over HTTP as fast as it is accepted: so many connections, each with one request at a time. */
export async function acceptEvents(input: AcceptInput): Promise<AcceptOutput> {
  const { target, type, perRequest, concurrency, durationMs } = input;
  const path = perRequest === 1 ? '/v1/events' : '/v1/events/batch';
  const clients = await Promise.all(
    Array.from({ length: concurrency }, () => HttpClient.connect({ ...target, path })),
  );
  const body = bodyOf(type, perRequest);
  const latenciesMs: number[] = [];
  let refused = 0;
  const startedMs = monotonicMs();
  const stopAtMs = startedMs + durationMs;
  await Promise.all(
    clients.map(async (client) => {
      for (let sentMs = monotonicMs(); sentMs < stopAtMs; sentMs = monotonicMs()) {
        const status = await client.post(body);
        if (status === 202) latenciesMs.push(monotonicMs() - sentMs);
        else refused += 1;
      }
    }),
  );
  const elapsedMs = monotonicMs() - startedMs;
  for (const client of clients) client.close();
  return {
    accepted: latenciesMs.length * perRequest,
    refused,
    elapsedMs,
    latenciesMs: Float64Array.from(latenciesMs),
  };
}

function bodyOf(type: string, perRequest: number): string {
  if (perRequest === 1) return benchEvent(type, 0);
  return eventList(Array.from({ length: perRequest }, (_, number) => benchEvent(type, number)));
}

/** The body of a batch. */
export function eventList(events: readonly string[]): string {
  return `{"events":[${events.join(',')}]}`;
}
