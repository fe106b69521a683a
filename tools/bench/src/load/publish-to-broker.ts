import { benchEvent } from '../bench-event.js';
import { monotonicMs } from '../monotonic-clock.js';
import type { BrokerClient } from './broker-client.js';

export interface BrokerRateInput {
  readonly natsUrl: string;
  readonly stream: string;
  readonly subject: string;
  /** 1: published singly. */
  readonly perBatch: number;
  readonly concurrency: number;
  readonly durationMs: number;
}

export interface BrokerRateOutput {
  readonly published: number;
  readonly elapsedMs: number;
}

/** How fast the broker itself takes events, through its own client: what no system in front of it can exceed. */
export async function publishToBroker(
  broker: BrokerClient,
  input: BrokerRateInput,
): Promise<BrokerRateOutput> {
  const { stream, subject, perBatch, concurrency, durationMs } = input;
  await broker.jsm.streams.add({ name: stream, subjects: [`${subject}.>`], allow_atomic: true });
  try {
    const payloads = Array.from({ length: perBatch }, (_, n) => benchEvent(`${subject}.bench`, n));
    let published = 0;
    const startedMs = monotonicMs();
    const publishUntilOver = async () => {
      while (monotonicMs() - startedMs < durationMs) {
        await publishTogether(broker, payloads, () => `${subject}.bench`);
        published += payloads.length;
      }
    };
    await Promise.all(Array.from({ length: concurrency }, publishUntilOver));
    return { published, elapsedMs: monotonicMs() - startedMs };
  } finally {
    await broker.jsm.streams.delete(stream);
  }
}

/** One atomic batch, or a plain publish; resolves when it is on disk. */
export async function publishTogether(
  broker: BrokerClient,
  payloads: readonly string[],
  subjectOf: (index: number) => string,
): Promise<void> {
  const last = payloads.length - 1;
  if (last === 0) {
    await broker.js.publish(subjectOf(0), payloads[0]);
    return;
  }
  const batch = await broker.js.startBatch(subjectOf(0), payloads[0]);
  for (let i = 1; i < last; i++) batch.add(subjectOf(i), payloads[i]);
  const committed = await batch.commit(subjectOf(last), payloads[last]);
  if (committed.count !== payloads.length) {
    throw new Error(`the broker stored ${committed.count} of ${payloads.length}`);
  }
}
