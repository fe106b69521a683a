import { deliveryMessageId, hopEndFilters, partitionOf } from '@postel/contracts';
import { readFactsSince, type Broker } from '@postel/jetstream';
import type { FinishedHops } from './finished-hops.js';

/** Longer than an owner can be gone before its partition has another, with the messages that it had not acknowledged. */
const ownerlessMs = 15_000;

/**
 * What the owner of a partition before us had finished and perhaps not acknowledged: read from the log when the
 * partition becomes ours, so that its messages are acknowledged and not sent again.
 */
export class RecallFinished {
  private readonly wanted = new Set<number>();
  private recalling: Promise<void> | null = null;

  constructor(
    private readonly parts: {
      readonly broker: Broker;
      readonly finished: FinishedHops;
      readonly partitions: number;
      /** Of all endpoints: for so long an attempt may hold up the acknowledgement of those that came in its message. */
      readonly longestTimeoutMs: () => number;
      readonly nowMs: () => number;
      readonly onTrouble: (error: unknown) => void;
    },
  ) {}

  /** A partition was gained: until it is known what was finished, {@link settled} holds what comes. */
  recall(partition: number): void {
    this.wanted.add(partition);
    this.recalling ??= this.recallAll().finally(() => (this.recalling = null));
  }

  /** `null`: nothing is to be waited for. */
  settled(): Promise<void> | null {
    return this.recalling;
  }

  private async recallAll(): Promise<void> {
    const { broker, finished, longestTimeoutMs, nowMs, onTrouble, partitions } = this.parts;
    while (this.wanted.size > 0) {
      // several are gained in one turn
      await new Promise<void>((resolve) => setImmediate(resolve));
      const gained = new Set(this.wanted);
      this.wanted.clear();
      try {
        const sinceMs = nowMs() - ownerlessMs - longestTimeoutMs();
        await readFactsSince(broker, hopEndFilters, sinceMs, (fact) => {
          if (!('hop' in fact) || !gained.has(partitionOf(fact.endpointId, partitions))) return;
          finished.add(deliveryMessageId(fact));
        });
      } catch (error) {
        // the broker is away again: then nothing comes either, and at worst something is sent twice
        onTrouble(error);
      }
    }
  }
}
