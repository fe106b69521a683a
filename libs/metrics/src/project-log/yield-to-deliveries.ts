import { setTimeout as delay } from 'node:timers/promises';

const lookEveryMs = 200;

/**
 * Of a machine without a core to spare, tables lag this much for the sake of deliveries: while many of these go out, and
 * while few do, whose rows are soon written (the machine may be busy with something else altogether).
 */
export const longestLagMs = { many: 5_000, few: 500 };
/** Of many deliveries a batch tells that is larger: some 100 events, or the outcomes of 50. */
const manyBytes = 64 * 1024;

/** How long a batch of the tables may wait at most. */
export function lagForMs(batch: readonly { readonly payload: Uint8Array }[]): number {
  let sizeBytes = 0;
  for (const { payload } of batch) sizeBytes += payload.length;
  return sizeBytes > manyBytes ? longestLagMs.many : longestLagMs.few;
}

export interface YieldParts {
  readonly machineIsBusy: () => boolean;
  readonly nowMs: () => number;
}

/**
 * Lets the tables wait while the machine has no core to spare: who looks something up can wait for some seconds, and
 * deliveries go out earlier. A table that lags more is written whatever the others do.
 */
export class YieldToDeliveries {
  constructor(private readonly parts: YieldParts) {}

  /**
   * Resolves when a batch may be written whose first message was stored then, by the broker's clock. Where ours is behind
   * that, it is no more than `longestMs` from now.
   * @param longestMs the tables lag so much for it at most
   */
  async turn(storedAtMs: number, longestMs: number, signal: AbortSignal): Promise<void> {
    const { machineIsBusy, nowMs } = this.parts;
    const beganMs = performance.now();
    const isEarly = () => nowMs() - storedAtMs < longestMs && performance.now() - beganMs < longestMs;
    while (!signal.aborted && isEarly() && machineIsBusy()) {
      await delay(lookEveryMs, undefined, { signal }).catch(() => undefined); // stopped: no need to wait
    }
  }
}
