import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api-client.js';
import type { NatsProducer } from './nats-producer.js';

/** Publishes one event; whatever comes of it but an acknowledgement is a throw. */
export type Publish = (id: string) => Promise<unknown>;

export interface PersistentRun {
  /** Ids that were acknowledged so far, in the order of the acknowledgements. */
  readonly accepted: readonly string[];
  /** How often a producer had to send again. */
  repetitions(): number;
  /** Resolves when every id was acknowledged. */
  readonly done: Promise<void>;
}

export interface RunOptions {
  readonly ids: readonly string[];
  readonly publish: Publish;
  readonly inFlight: number;
  readonly timeoutMs?: number;
}

/** A producer that does what the contract asks: what was not acknowledged is sent again, with the same id. */
export function publishPersistently({
  ids,
  publish,
  inFlight,
  timeoutMs = 60_000,
}: RunOptions): PersistentRun {
  const accepted: string[] = [];
  const remaining = [...ids];
  const deadlineMs = Date.now() + timeoutMs;
  let repetitions = 0;
  const publishOne = async (id: string): Promise<void> => {
    for (;;) {
      try {
        await publish(id);
        accepted.push(id);
        return;
      } catch (error) {
        if (Date.now() > deadlineMs) throw error;
        repetitions += 1;
        await sleep(50);
      }
    }
  };
  const worker = async (): Promise<void> => {
    for (let id = remaining.shift(); id !== undefined; id = remaining.shift()) await publishOne(id);
  };
  const done = Promise.all(Array.from({ length: inFlight }, worker)).then(() => undefined);
  // whoever waits for something else first must not be killed by an unhandled rejection
  done.catch(() => undefined);
  return { accepted, repetitions: () => repetitions, done };
}

export function overHttp(api: Api, type: string): Publish {
  return (id) => api.publish({ id, type, data: { object: { id } } });
}

export function overNats(producer: NatsProducer, type: string): Publish {
  return (id) => producer.publish(type, JSON.stringify({ id }), { 'Nats-Msg-Id': id });
}
