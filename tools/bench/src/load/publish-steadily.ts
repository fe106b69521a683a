import { setTimeout as delay } from 'node:timers/promises';
import { benchEvent } from '../bench-event.js';
import { monotonicMs } from '../monotonic-clock.js';
import { HttpClient } from './http-client.js';
import { typeOf, type Doors } from './publish-events.js';

export interface SteadyInput {
  readonly doors: Doors;
  readonly events: number;
  /** As the receiver expects them from. */
  readonly firstNumber: number;
  readonly perSecond: number;
  readonly types: readonly string[];
}

export interface SteadyOutput {
  /** In the order of their numbers. */
  readonly sentAtMs: Float64Array;
  readonly acceptedAtMs: Float64Array;
}

/**
 * Publishes singly over HTTP at a rate. An event that could not be sent when it was due, because all connections were
 * waiting for answers, counts from then on: that wait is part of its latency (coordinated omission).
 */
export async function publishSteadily(input: SteadyInput): Promise<SteadyOutput> {
  const { doors, events, firstNumber, perSecond, types } = input;
  const target = { ...doors.http, path: '/v1/events' };
  const clients = await Promise.all(Array.from({ length: 32 }, () => HttpClient.connect(target)));
  const sentAtMs = new Float64Array(events);
  const acceptedAtMs = new Float64Array(events);
  const startMs = monotonicMs() + 10;
  let next = 0;
  const publishInTurn = async (client: HttpClient) => {
    for (let number = next++; number < events; number = next++) {
      const dueMs = startMs + (number * 1_000) / perSecond;
      const waitMs = dueMs - monotonicMs();
      if (waitMs > 0) await delay(waitMs);
      // a timer's own lateness is ours and not the system's
      sentAtMs[number] = waitMs > 0 ? monotonicMs() : dueMs;
      const status = await client.post(benchEvent(typeOf(types, number), firstNumber + number));
      if (status !== 202) throw new Error(`event ${number} was answered ${status}`);
      acceptedAtMs[number] = monotonicMs();
    }
  };
  await Promise.all(clients.map(publishInTurn));
  for (const client of clients) client.close();
  return { sentAtMs, acceptedAtMs };
}
