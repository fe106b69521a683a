import { benchEvent } from '../bench-event.js';
import { monotonicMs } from '../monotonic-clock.js';
import { eventList } from './accept-events.js';
import { connectToBroker } from './broker-client.js';
import { HttpClient, type HttpTarget } from './http-client.js';
import { publishTogether } from './publish-to-broker.js';

export interface Doors {
  readonly natsUrl: string;
  readonly http: Omit<HttpTarget, 'path'>;
}

export interface PublishInput {
  readonly doors: Doors;
  readonly door: 'nats' | 'http';
  readonly events: number;
  /** As the receiver expects them from. */
  readonly firstNumber: number;
  /** The events take them in turn. */
  readonly types: readonly string[];
}

export interface PublishOutput {
  readonly firstSentAtMs: number;
  /** In the order of their numbers: when its batch was acknowledged. */
  readonly acceptedAtMs: Float64Array;
  readonly lastAcceptedAtMs: number;
}

const perBatch = { nats: 500, http: 100 } as const;
const batchesAtOnce = 4;

type PublishBatch = (from: number, to: number) => Promise<void>;

/** Publishes that many events as fast as the door takes them, in batches, and tells when. */
export async function publishEvents(input: PublishInput): Promise<PublishOutput> {
  const door = input.door === 'nats' ? await natsDoor(input) : await httpDoor(input);
  try {
    const { events } = input;
    const acceptedAtMs = new Float64Array(events);
    let next = 0;
    const firstSentAtMs = monotonicMs();
    const publishUntilDone = async (publisher: number) => {
      while (next < events) {
        const from = next;
        next = Math.min(from + perBatch[input.door], events);
        await (door.publishers[publisher] as PublishBatch)(from, next);
        acceptedAtMs.fill(monotonicMs(), from, next);
      }
    };
    await Promise.all(door.publishers.map((_, publisher) => publishUntilDone(publisher)));
    return { firstSentAtMs, lastAcceptedAtMs: monotonicMs(), acceptedAtMs };
  } finally {
    await door.close();
  }
}

interface Door {
  readonly publishers: readonly PublishBatch[];
  close(): Promise<void>;
}

async function natsDoor({ doors, types, firstNumber }: PublishInput): Promise<Door> {
  const broker = await connectToBroker(doors.natsUrl);
  const publish: PublishBatch = (from, to) =>
    publishTogether(broker, eventsOf(types, firstNumber, from, to), (index) => typeOf(types, from + index));
  return {
    publishers: Array.from({ length: batchesAtOnce }, () => publish),
    close: () => broker.close(),
  };
}

async function httpDoor({ doors, types, firstNumber }: PublishInput): Promise<Door> {
  const target = { ...doors.http, path: '/v1/events/batch' };
  const clients = await Promise.all(Array.from({ length: batchesAtOnce }, () => HttpClient.connect(target)));
  return {
    publishers: clients.map((client) => async (from, to) => {
      const status = await client.post(eventList(eventsOf(types, firstNumber, from, to)));
      if (status !== 202) throw new Error(`a batch was answered ${status}`);
    }),
    close: () => {
      for (const client of clients) client.close();
      return Promise.resolve();
    },
  };
}

function eventsOf(types: readonly string[], firstNumber: number, from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) =>
    benchEvent(typeOf(types, from + i), firstNumber + from + i),
  );
}

export function typeOf(types: readonly string[], number: number): string {
  return types[number % types.length] as string;
}
