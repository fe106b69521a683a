import { setTimeout as delay } from 'node:timers/promises';

const lookEveryMs = 200;

export interface YieldParts {
  readonly machineIsBusy: () => boolean;
  readonly nowMs: () => number;
  /** Tables lag so much for it at most. */
  readonly longestMs: number;
}

/**
 * Lets the tables wait while the machine has no core to spare: who looks something up can wait for some seconds, and
 * deliveries go out earlier. A table that lags more is written whatever the others do.
 */
export class YieldToDeliveries {
  constructor(private readonly parts: YieldParts) {}

  /** Resolves when a batch may be written whose first message was stored then. */
  async turn(storedAtMs: number, signal: AbortSignal): Promise<void> {
    const { longestMs, machineIsBusy, nowMs } = this.parts;
    while (!signal.aborted && nowMs() - storedAtMs < longestMs && machineIsBusy()) {
      await delay(lookEveryMs, undefined, { signal }).catch(() => undefined); // stopped: no need to wait
    }
  }
}
