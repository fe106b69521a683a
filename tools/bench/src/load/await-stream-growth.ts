import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '../monotonic-clock.js';
import type { BrokerClient } from './broker-client.js';

export interface GrowthInput {
  readonly natsUrl: string;
  readonly stream: string;
  /** Of the last message that was there before. */
  readonly after: number;
  readonly messages: number;
  readonly timeoutMs: number;
}

const lookEveryMs = 20;

/** The position of the last message. */
export async function streamPosition(broker: BrokerClient, stream: string): Promise<number> {
  return (await broker.jsm.streams.info(stream)).state.last_seq;
}

/** @returns when that many messages had come, whatever has become of them since; `null` when the time was up */
export async function awaitStreamGrowth(broker: BrokerClient, input: GrowthInput): Promise<number | null> {
  const { stream, after, messages, timeoutMs } = input;
  const untilMs = monotonicMs() + timeoutMs;
  while (monotonicMs() < untilMs) {
    if ((await streamPosition(broker, stream)) - after >= messages) return monotonicMs();
    await delay(lookEveryMs);
  }
  return null;
}
