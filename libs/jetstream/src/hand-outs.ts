import type { Broker } from './connect-broker.js';

/**
 * Since when a durable hands out to this process what it hands out now. A broker that was killed, or a durable that was
 * deleted and made anew, hands out once more, as if for the first time, what it did not keep as acknowledged.
 */
export class HandOuts {
  private anewAtMs = 0;

  constructor(private readonly broker: Pick<Broker, 'connectedAtMs'>) {}

  sinceMs(): number {
    return Math.max(this.broker.connectedAtMs(), this.anewAtMs);
  }

  /** The durable is another than it was. */
  beganAnew(): void {
    this.anewAtMs = Math.max(Date.now(), this.sinceMs() + 1);
  }
}
